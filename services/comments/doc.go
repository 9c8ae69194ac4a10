// Package comments takes comments in, changes, pins and lists them, tells of them and takes them away. A post is judged by
// the room's settings and modes and its blocked terms, and stored
// in the room's log; its request id makes a retry the same comment, here from memory and after a restart by the store's
// duplicate window. A removal is a tombstone in the log first, which takes the comment from every screen, and then the
// work of the eraser, which follows tombstones and overwrites the bytes.
//
// An edit puts the whole comment anew into the log and has the old entry erased the same way; an undone removal posts it
// again from a copy that is kept for 60 s. Whatever overrules an entry has the same message id, so that of an edit and a
// removal at once one wins.
//
// A comment that waits for a moderator has its text in the held stream and a document that names it (held.go); one that many
// people reported goes there too, and comes back where it was (report.go). removeall.go removes everything of one person.
//
// service.go binds the gRPC service; a file a verb holds its behaviour (post, edit, delete, undelete, pin, terms, list,
// watch, turn), eraser.go, copies.go and clearer.go the workers, rules.go the pure rules, modes.go what a room's modes and terms let
// in. claims.go keeps words from being said twice, recent.go knows what a retry may be of, originals.go keeps what edits replaced
// for as long as the room does. Comments can be removed in a room that has ended: taking something away is not a write into the
// show.
package comments
