// Package similar finds the questions of a room that ask much the same as a text, while it is typed. It is told no
// language and needs no model: what it knows of languages is lists of words (words.go, concepts.txt), and where a language
// is in none of them the lengths and the frequencies of its words stand in for them.
//
// How two questions are compared:
//
//  1. A text is folded (NFKD, case, accents, variants of Arabic letters) and cut into words; scripts without spaces are
//     cut where the script changes, and Han into pairs of characters; Hangul is taken by its letters (tokens.go).
//  2. A word weighs what it tells: little when it is a form of politeness or a function word, less when it is short (Zipf,
//     The Psycho-Biology of Language, 1935: words that are used more are shorter), less when many of the room's questions
//     hold it (Spärck Jones, A statistical interpretation of term specificity, 1972).
//  3. Words are paired whatever their order: equal ones, ones with a typo (Damerau, 1964), forms of one word, known by
//     their common beginning, or end where something was put in front, and those that say the same of what audiences ask
//     about (concepts.txt), within a script. What then has no partner may be there in pieces: pairs of Han characters
//     across two words or between two, and compounds written apart (cover.go).
//  4. The score is the weighted Dice coefficient (Dice, 1945) of what was paired. Then comes what tells a look-alike from
//     a like: in "when does it start" and "when does it end" each has a telling word the other lacks, while in two ways
//     to ask the same usually only one has more. So what is left over on both sides costs far more than what is left
//     over on one. A negation that only one has, other numbers, or another of when, where, who, why, how often, how long and
//     by what name, cost nearly all.
//
// A score of 0.5 and more is suggested. testdata has the labelled pairs with which that line was drawn, and others that
// were kept out of it: the test measures both, with trigrams beside them for comparison. Most of what it misses are
// synonyms that no list has, and questions that share hardly a word.
//
// An Index answers in about a millisecond for 2,000 questions: words are compared with the room's vocabulary once, and
// only questions that share enough are scored.
package similar
