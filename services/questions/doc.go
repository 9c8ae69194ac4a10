// Package questions takes questions from the audience, has moderators approve them, counts votes and marks what is
// answered. state.go is the pure state machine, ask.go, step.go and vote.go carry it out, tally.go turns votes into sums,
// list.go reads; service.go binds it to gRPC.
//
//	pending --approve--> open --highlight--> answering --answer--> answered
//	   |                 |  ^---unhighlight--'                      |
//	   +--reject-->      +--answer--> answered                      |
//	   +--withdraw-->    +--reject--> rejected                      |
//	rejected --approve-> open      open, answering, answered, rejected --archive--> archived --restore--> as it was
//
// A question is one document, changed by compare-and-set, which names its text by a sequence of the text stream: a text
// stands in one place, so that it can be erased. A vote is a compare-and-set on the person's own subject, so that one
// person has one vote for ever, without a window or a lock; each stored change is the opposite of the one before it, and
// the tally process adds them up, each once, however often it is restarted and however many of it there are.
package questions
