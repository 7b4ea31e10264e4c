import NIOCore
import Synchronization
import Transport

/// A planned fault ends the connection here.
struct ConnectFileCut: Error {}

extension ConnectFileFault {
    /// The length of a part of a body, in bytes; a length that is not known counts as 64 KiB.
    static func bytes(_ part: Double, of length: Int64?) -> Int64 {
        let length = max(0, length ?? 65_536)
        return Int64(exactly: (Double(length) * min(max(part, 0), 1)).rounded(.down)).map { min($0, length) } ?? length
    }
}

extension HTTPRequestBody {
    /// The body as a fault lets it arrive: slowly, or only the first part and then `ConnectFileCut`.
    ///
    /// - Parameter length: The length in bytes, if it is known.
    func troubled(by fault: ConnectFileFault.Kind?, expecting length: Int64?) -> HTTPRequestBody {
        switch fault {
        case .cut(let part)?:
            let rest = Mutex(ConnectFileFault.bytes(part, of: length))
            return HTTPRequestBody(length: self.length) {
                var iterator = makeAsyncIterator()
                guard let part = try await iterator.next() else { throw ConnectFileCut() }
                let isOver = rest.withLock { rest in
                    rest -= Int64(part.readableBytes)
                    return rest <= 0
                }
                if isOver { throw ConnectFileCut() }
                return part
            }
        case .slow(let rate)?:
            return HTTPRequestBody(length: self.length) {
                var iterator = makeAsyncIterator()
                let part = try await iterator.next()
                try await Task.sleep(for: .seconds(Double(part?.readableBytes ?? 0) / Double(Swift.max(1, rate))))
                return part
            }
        default: return self
        }
    }
}
