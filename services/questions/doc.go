// Package questions takes questions from the audience, has moderators approve them, counts votes and marks what is
// answered. state.go is the pure state machine, ask.go, step.go and vote.go carry it out, tally.go turns votes into sums,
// list.go reads; service.go binds it to gRPC.
//
//	pending, rejected           --approve-----> open
//	open                        --highlight---> answering    takes one of the room's slots
//	answering                   --unhighlight-> open
//	open, answering             --answer------> answered     a written answer or none
//	pending, open               --reject------> rejected     with a reason to its author
//	pending, open               --withdraw----> withdrawn    by its author alone; nothing leads from there
//	open, answering, answered,
//	rejected                    --archive-----> archived
//	archived                    --restore-----> as it was    open where it was answering: the show has gone on
//	pending, open               --merge-------> merged       into one that is open or answering, or pending as itself
//	merged                      --unmerge-----> as it was
//	any                         --undo--------> as it was    by whoever took the last step, for 60 s; not withdraw
//
// Beside these, edit, label, reorder, queue (Next) and unqueue change a question that stays where it is. Answer, reject,
// archive, restore and undo are taken in a room that has ended, too; answer takes pending ones then (unanswered.go lists
// what is left). The code's own table is arrows in state.go; TestStateMachine
// tries every pair of state and step. What others asked and a moderator merged into a question outlives it: where its asker
// withdraws it, or it is removed with everything of a person, they are parted from it.
//
// A question is one document, changed by compare-and-set, which names its text by a sequence of the text stream: a text
// stands in one place, so that it can be erased. A vote is a compare-and-set on the person's own subject, so that one
// person has one vote for ever, without a window or a lock; each stored change is the opposite of the one before it, and
// the tally process adds them up, each once, however often it is restarted and however many of it there are.
package questions
