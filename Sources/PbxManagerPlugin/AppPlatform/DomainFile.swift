import AppService
import Glibc

/// The file of the registered domains, `manager/domains` in the data directory: a line for each, with its sealed password. No instance
/// has a file there, because `manager` is no domain.
struct DomainFile: Sendable {
    /// The most bytes that are read.
    private static let limit = 1 << 20

    private let folder: String
    private var file: SmallFile { SmallFile("\(folder)/domains") }

    init(dataDirectory: String) {
        folder = "\(dataDirectory.count > 1 && dataDirectory.hasSuffix("/") ? String(dataDirectory.dropLast()) : dataDirectory)/manager"
    }

    /// What is stored; nothing if there is no file yet. A line that is none is left out.
    ///
    /// - Throws: `SmallFile.Problem`
    func read() throws(SmallFile.Problem) -> [String: SealedValue] {
        let content: [UInt8]
        do {
            content = try file.read(limit: Self.limit)
        } catch .missing {
            return [:]
        }
        var domains: [String: SealedValue] = [:]
        for line in String(decoding: content, as: UTF8.self).split(separator: "\n") {
            let parts = line.split(separator: " ")
            if parts.count == 2, let value = SealedValue(rawValue: String(parts[1])) { domains[String(parts[0])] = value }
        }
        return domains
    }

    /// Stores it durably, with mode 0600.
    ///
    /// - Throws: `SmallFile.Problem`
    func write(_ domains: [String: SealedValue]) throws(SmallFile.Problem) {
        guard mkdir(folder, 0o700) == 0 || errno == EEXIST else { throw .other(folder, code: errno) }
        let lines = domains.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.rawValue)\n" }
        try file.replace(with: Array(lines.joined().utf8))
    }
}
