import Foundation

/// A place at which a debug build of the service ends itself, as a power failure would: the `count`-th time that it gets there.
struct FaultPoint: Hashable, CustomStringConvertible {
    /// The place, for example `connect.post.end`.
    var name: String
    /// From 1.
    var count: Int

    var description: String { "\(name)#\(count)" }

    /// What makes the service end there.
    var environment: [String: String] { ["CONNECTOR_FAULT_AT": description] }
}

/// The places that a service reached, in order.
struct FaultLog {
    /// Where the service writes them.
    let path: String

    /// What makes the service write them.
    var environment: [String: String] { ["CONNECTOR_FAULT_LOG": path] }

    /// What was reached so far, each with how often it was reached before and then.
    func points() throws -> [FaultPoint] {
        var counts: [String: Int] = [:]
        return try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map { line in
            let name = String(line)
            counts[name, default: 0] += 1
            return FaultPoint(name: name, count: counts[name] ?? 1)
        }
    }
}
