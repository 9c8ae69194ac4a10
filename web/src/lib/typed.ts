/** Characters that a field takes at all: a book that is pasted would bring a page to a stand. What is too long is told. */
export const mostTyped = 5000;
