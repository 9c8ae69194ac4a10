// Package comments takes comments in, lists them and takes them away. A post is judged by the room's settings and stored
// in the room's log; its request id makes a retry the same comment, here from memory and after a restart by the store's
// duplicate window. A removal is a tombstone in the log first, which takes the comment from every screen, and then the
// work of the eraser, which follows tombstones and overwrites the bytes.
//
// service.go binds the gRPC service; post.go, list.go and delete.go hold its behaviour, eraser.go the worker, rules.go the
// pure rules. Comments can be removed in a room that has ended: taking something away is not a write into the show.
package comments
