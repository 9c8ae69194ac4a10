// Package protocol holds tests of the public port on the real binary: what a client may say, what it is answered, and what
// it cannot do. Each begins with what the client sends, and many send it by hand, since well-made clients would not.
package protocol
