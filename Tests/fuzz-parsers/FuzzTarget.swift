import Foundation

/// One reader of what comes from outside, and what has to hold for it whatever comes.
enum FuzzTarget: String, CaseIterable {
    case envelope, tokenizer, webhook, html, config, filename

    /// Tries one input.
    func check(_ bytes: [UInt8]) throws(Broken) {
        switch self {
        case .envelope: try fuzzEnvelope(bytes)
        case .tokenizer: try fuzzTokenizer(bytes)
        case .webhook: try fuzzWebhook(bytes)
        case .html: try fuzzHTML(bytes)
        case .config: try fuzzConfig(bytes)
        case .filename: try fuzzFile(bytes)
        }
    }

    /// Reads one input, as the product does.
    func read(_ bytes: [UInt8]) throws(Broken) {
        // Once: its check compares two readings.
        if self == .webhook { try hold(!webhookEvents(in: bytes).isEmpty, "nothing came of a body") } else { try check(bytes) }
    }

    /// What makes the inputs, from the files of a folder: `Corpus/<target>/*`; the file `words` holds one word a line.
    func mutator(corpus: String) throws -> Mutator {
        let folder = "\(corpus)/\(rawValue)"
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted().filter { $0 != "words" && !$0.hasPrefix(".") }
        let files = try names.map { Array(try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\($0)"))) }
        let words = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/words")).split(separator: 0x0A).map { Array($0) }
        return Mutator(corpus: files + [[]], words: words)
    }
}
