package source

// ReadHeader is readHeader.
var ReadHeader = readHeader

// MaxForwarders is maxForwarders.
const MaxForwarders = maxForwarders
