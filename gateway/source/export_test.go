package source

// ReadHeader is readHeader.
var ReadHeader = readHeader
