/// An invariant that does not hold for an input.
struct Broken: Error {
    /// Which.
    var sentence: String

    init(_ sentence: String) { self.sentence = sentence }
}

/// Throws unless the condition holds.
func hold(_ condition: Bool, _ sentence: @autoclosure () -> String) throws(Broken) {
    if !condition { throw Broken(sentence()) }
}
