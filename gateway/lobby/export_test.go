package lobby

// HeadEnd is headEnd, and IsHandshake isHandshake.
var (
	HeadEnd     = headEnd
	IsHandshake = isHandshake
)
