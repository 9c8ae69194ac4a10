// Package archive writes a room as a file, from what the services answer: lines of JSON for programs, rows for spreadsheets.
// It is what `ovation export` writes and what moderators take from the console, so that both are the same bytes.
//
// Nothing is held in memory but a page at a time. A writer that fails halfway has written half a file: whoever serves it must
// end it in such a way that nobody takes it for whole. lines.go writes everything in a room, questions.go its questions,
// rows.go comments and the audit trail as rows.
package archive
