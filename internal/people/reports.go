package people

// MostReporters is how many people a report remembers for one item; more are counted no further.
const MostReporters = 200
