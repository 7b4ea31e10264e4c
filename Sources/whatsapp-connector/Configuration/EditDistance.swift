/// How far a mistyped word is from the right one.
enum EditDistance {
    /// The word that needs the fewest changes, capital letters counting little; nil if there are no words.
    static func nearest(to word: String, among words: [String]) -> String? {
        words.min { (distance(word, $0), $0) < (distance(word, $1), $1) }
    }

    /// Twice the number of insertions, deletions and replacements, neglecting case, plus one if only case differs.
    static func distance(_ left: String, _ right: String) -> Int {
        let lowerLeft = Array(left.lowercased().prefix(64))
        let lowerRight = Array(right.lowercased().prefix(64))
        var row = Array(0...lowerRight.count)
        for (index, character) in lowerLeft.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for column in lowerRight.indices {
                let replaced = diagonal + (character == lowerRight[column] ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(replaced, row[column] + 1, diagonal + 1)
            }
        }
        return 2 * row[lowerRight.count] + (left == right ? 0 : 1)
    }
}
