/// How far a mistyped word is from the right one.
enum EditDistance {
    /// The word that was probably meant: among those that were shortened or extended, or else among all, the one that needs the fewest
    /// changes, capital letters counting little; nil if there are no words.
    static func nearest(to word: String, among words: [String]) -> String? {
        let related = words.filter { contains(word, $0) || contains($0, word) }
        return (related.isEmpty ? words : related).min { (distance(word, $0), $0) < (distance(word, $1), $1) }
    }

    private static func contains(_ word: String, _ part: String) -> Bool {
        part.count >= 3 && word.lowercased().contains(part.lowercased())
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
