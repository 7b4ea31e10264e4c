import Crypto
import Foundation
import NIOCore
import NIOFoundationCompat
import NIOHTTP1
import Synchronization
import Transport

/// The files of the simulated world, in a folder of their own that goes with the store.
final class LabFileStore: Sendable {
    /// What goes wrong while a file is handed out.
    struct Trouble: Sendable, Equatable {
        /// The connection is cut after so many bytes of the body.
        var cutAfter: Int64?
        /// At most so many bytes a second, in real time.
        var bytesPerSecond: Int64?
        /// Whether the first byte that is handed out is another one.
        var altersByte = false
    }

    /// A body is longer than is taken.
    struct TooLarge: Error {}

    private struct Cut: Error {}

    private static let chunk = 64 * 1_024
    private let folder: String
    private let isFolderMade = Mutex(false)

    init() {
        folder = FileManager.default.temporaryDirectory.appending(path: "lab-\(UUID().uuidString)").path
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// Makes a file.
    func make(_ source: LabFileSource) throws -> LabFile {
        if case .made(let file) = source { return file }
        let writer = try writer()
        switch source {
        case .made: break
        case .bytes(let bytes): try writer.write(Data(bytes))
        case .generated(let head, let size, let seed):
            var random = SeededGenerator(seed: seed)
            try writer.write(Data(head))
            while writer.size < size {
                var words = (0..<min(Self.chunk, Int(size - writer.size) + 7) / 8).map { _ in random.next() }
                let part = words.withUnsafeMutableBytes { Data($0) }
                try writer.write(part.prefix(Int(size - writer.size)))
            }
        }
        return try writer.finish()
    }

    /// Keeps a request's body.
    ///
    /// - Throws: `TooLarge` above the limit, and what the body throws if it ends early.
    func receive(_ body: HTTPRequestBody, upTo limit: Int64) async throws -> LabFile {
        if let length = body.length, Int64(length) > limit { throw TooLarge() }
        return try await receive(parts: body, upTo: limit)
    }

    /// Keeps bytes that arrive in parts.
    ///
    /// - Throws: `TooLarge` above the limit, and what the parts throw if they end early.
    func receive(parts: some AsyncSequence<ByteBuffer, any Error>, upTo limit: Int64) async throws -> LabFile {
        let writer = try writer()
        for try await part in parts {
            try writer.write(Data(buffer: part))
            if writer.size > limit { throw TooLarge() }
        }
        return try writer.finish()
    }

    /// A file that is written piece by piece.
    func writer() throws -> Writer { try Writer(path: newPath()) }

    /// Hands a file out, or the part of it that a `Range` header asks for.
    ///
    /// - Parameter passed: Told how many more bytes have been handed out.
    func response(
        with file: LabFile, range header: String?, headers: HTTPHeaders = [:], _ trouble: Trouble = Trouble(),
        passed: @escaping @Sendable (Int) -> Void = { _ in }
    ) -> HTTPResponse {
        var headers = headers
        headers.replaceOrAdd(name: "Accept-Ranges", value: "bytes")
        var bytes = 0..<file.size
        var status = HTTPResponseStatus.ok
        if let range = header.flatMap(LabFileRange.init) {
            guard let part = range.bytes(of: file.size) else {
                headers.replaceOrAdd(name: "Content-Range", value: "bytes */\(file.size)")
                return HTTPResponse(status: .rangeNotSatisfiable, headers: headers)
            }
            bytes = part
            status = .partialContent
            headers.replaceOrAdd(name: "Content-Range", value: "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(file.size)")
        }
        let part = bytes
        return HTTPResponse(
            status: status, headers: headers,
            body: .stream(length: part.count) { writer in
                let reader = try FileHandle(forReadingFrom: URL(filePath: file.path))
                try reader.seek(toOffset: UInt64(part.lowerBound))
                var sent: Int64 = 0
                // Slowly means little at a time, not long pauses.
                let piece = min(Int64(Self.chunk), max((trouble.bytesPerSecond ?? .max) / 8, 1))
                while sent < Int64(part.count) {
                    let rest = min(Int64(part.count), trouble.cutAfter ?? .max) - sent
                    guard rest > 0, var data = try reader.read(upToCount: Int(min(piece, rest))), !data.isEmpty else { throw Cut() }
                    if trouble.altersByte, sent == 0 { data[data.startIndex] ^= 0xFF }
                    try await writer.write(ByteBuffer(data: data))
                    sent += Int64(data.count)
                    passed(data.count)
                    if let rate = trouble.bytesPerSecond { try await Task.sleep(for: .seconds(Double(data.count) / Double(rate))) }
                }
            })
    }

    /// The first bytes of a file.
    func head(of file: LabFile, upTo count: Int) throws -> [UInt8] {
        try Array(FileHandle(forReadingFrom: URL(filePath: file.path)).read(upToCount: count) ?? Data())
    }

    /// All bytes of a file, for looks at small ones.
    func bytes(of file: LabFile) throws -> [UInt8] { try Array(Data(contentsOf: URL(filePath: file.path))) }

    private func newPath() throws -> String {
        try isFolderMade.withLock { isMade in
            guard !isMade else { return }
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            isMade = true
        }
        return "\(folder)/\(UUID().uuidString)"
    }

    /// Writes one file and digests it on the way; a file that is not finished is removed.
    final class Writer {
        private let path: String
        private let handle: FileHandle
        private var hash = SHA256()
        private var isFinished = false
        private(set) var size: Int64 = 0

        fileprivate init(path: String) throws {
            self.path = path
            guard FileManager.default.createFile(atPath: path, contents: nil), let handle = FileHandle(forWritingAtPath: path) else {
                throw LabError("A file cannot be written at \(path).")
            }
            self.handle = handle
        }

        deinit {
            if !isFinished { try? FileManager.default.removeItem(atPath: path) }
        }

        func write(_ data: Data) throws {
            guard !data.isEmpty else { return }
            try handle.write(contentsOf: data)
            hash.update(data: data)
            size += Int64(data.count)
        }

        func finish() throws -> LabFile {
            try handle.close()
            isFinished = true
            return LabFile(path: path, size: size, sha256: Array(hash.finalize()))
        }
    }
}
