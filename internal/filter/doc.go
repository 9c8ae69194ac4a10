// Package filter finds blocked terms in what people write, also where they are hidden: by spaces and dots between letters,
// letters of other scripts, digits and signs for letters, stars for letters, repeated letters, marks and characters that
// cannot be seen. Terms are whole words; a star at an end of a term stands for any letters there, and terms of scripts
// that put no spaces between words are found anywhere.
//
// What is innocent stays so: a term inside another word is none, and words that only spell a term when they are read
// together are none either. testdata has the texts that both promises are judged by. symbols.go folds a text, terms.go
// builds the tree of a list, find.go walks it, file.go reads a list for all rooms and rooms.go those of rooms.
package filter
