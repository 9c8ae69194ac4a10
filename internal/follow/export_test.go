package follow

// LoseNext drops the next live copies, as a broker or a full channel may.
func (l *Log) LoseNext(n int) { l.live.LoseNext(n) }

// LoseNext drops the next live copies.
func (c *Counters) LoseNext(n int) { c.live.LoseNext(n) }
