// Package rooms owns the life and the settings of rooms, their audit trail and their links. A room is one settings
// document that is changed by compare-and-set, so that two hosts never overwrite one another unknowingly:
//
//	          create                 start             end
//	(nothing) ------> scheduled ------------> live ------------> ended
//	     \------------- create -------------> live <--reopen, 60 s--'
//	any of them --delete--> deleted --every stream's share erased--> deleted, erased --create--> ...
//
// service.go binds the gRPC service; life.go, update.go, read.go, links.go and erase.go hold its behaviour, janitor.go the
// worker that finishes deletions, settings.go and rules.go the pure rules. What was done is in the room's audit trail but
// for its deletion, which takes the trail along and stands in the process's log.
package rooms
