package follow

import "time"

// LoseNext drops the next live copies, as a broker or a full channel may.
func (l *Log) LoseNext(n int) { l.live.LoseNext(n) }

// LoseNext drops the next live copies.
func (c *Counters) LoseNext(n int) { c.live.LoseNext(n) }

// CheckEvery sets how often the ends of logs are looked at, before Run.
func (l *Log) CheckEvery(d time.Duration) { l.check = d }

// CheckEvery sets how often the position is compared with the stream's end, before Run.
func (d *Documents) CheckEvery(every time.Duration) { d.check = every }
