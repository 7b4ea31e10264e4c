public import Bridge
import Logging
import NIOCore
import Protocol

/// From Meta into the spool: where is it, fetch it, check it.
extension MediaPipeline {
    /// How often the file's address is asked for in one attempt: it holds for five minutes, and a large file may take longer.
    private static let rounds = 5

    /// Loads a customer's file and checks it.
    public func fetch(_ request: FetchRequest, progress: @escaping @Sendable (Int64, Int64?) async -> Void) async -> FetchResult {
        do {
            switch request.file.source {
            case .text(let text): return try await write(text, request)
            case .media(let id, let digest): return try await fetch(id, digest, request, progress)
            }
        } catch let error as SpoolError {
            return .temporary("the spool: \(error)")
        } catch {
            return .temporary("\(error)")
        }
    }

    private func write(_ text: String, _ request: FetchRequest) async throws -> FetchResult {
        let bytes = ByteBuffer(string: text)
        let name = Self.name(of: request.id)
        try await spool.reserve(Int64(bytes.readableBytes), for: name)
        return try await spool.withFile(name) { file in
            try await file.restart()
            try await file.append(bytes)
            return .ready(try await spooled(file, request, isDamaged: false))
        }
    }

    private func fetch(
        _ mediaID: String,
        _ digest: String?,
        _ request: FetchRequest,
        _ progress: @escaping @Sendable (Int64, Int64?) async -> Void
    ) async throws -> FetchResult {
        guard let credentials = await credentials(request.account), !credentials.accessToken.isEmpty else {
            return .temporary("no access token is stored for the account")
        }
        let name = Self.name(of: request.id)
        var hasReserved = false
        var mismatches = 0
        for _ in 0..<Self.rounds {
            let description: GraphMediaDescription
            switch await describe(mediaID, request, credentials) {
            case .success(let found): description = found
            case .failure(let failure): return failure.result
            }
            if let size = description.fileSize, InboundFileRule.isTooLarge(size) { return .failed(.tooLarge) }
            if !hasReserved {
                try await spool.reserve(description.fileSize.map { max($0, 1) } ?? InboundFileRule.largest, for: name)
                hasReserved = true
            }
            let expected = [description.sha256, digest].lazy.compactMap(\.self).compactMap(MediaDigest.init(_:)).first
            let isLastTry = mismatches > 0
            let step = try await spool.withFile(name) { file -> Step in
                try await fetch(
                    description.url, into: file, of: description.fileSize, with: credentials, expecting: expected, isLastTry: isLastTry, request,
                    progress)
            }
            switch step {
            case .finished(let result): return result
            case .again: continue
            case .mismatch: mismatches += 1
            }
        }
        return .temporary("the file's address expired again and again")
    }

    private enum Step {
        case finished(FetchResult)
        /// Ask for the address again.
        case again
        /// The whole file came, and was not what Meta says that it is.
        case mismatch
    }

    private struct DescribeFailure: Error {
        var result: FetchResult
    }

    private func describe(
        _ mediaID: String,
        _ request: FetchRequest,
        _ credentials: GraphCredentials
    ) async -> Result<GraphMediaDescription, DescribeFailure> {
        switch await graph.describe(mediaID, of: request.number.rawValue, with: credentials).outcome {
        case .accepted(let description): .success(description)
        case .rejected(let error) where error.isMissingObject: .failure(DescribeFailure(result: .failed(.lost)))
        case .rejected(let error): .failure(DescribeFailure(result: .temporary("Meta refused with code \(error.code ?? 0)")))
        case .notSent(let reason), .ambiguous(let reason): .failure(DescribeFailure(result: .temporary(reason)))
        }
    }

    private func fetch(
        _ url: String,
        into file: SpoolFile,
        of size: Int64?,
        with credentials: GraphCredentials,
        expecting expected: MediaDigest?,
        isLastTry: Bool,
        _ request: FetchRequest,
        _ progress: @escaping @Sendable (Int64, Int64?) async -> Void
    ) async throws -> Step {
        if let size, await file.length > size { try await file.restart() }
        let download = try await graph.download(url, from: await file.length, limit: InboundFileRule.largest, with: credentials) { chunk in
            try await file.append(chunk)
            await progress(await file.length, size)
        }
        switch download {
        case .complete:
            let summary = try await file.finish()
            let fits = expected.map { $0.bytes == summary.sha256 } ?? true
            if !fits, !isLastTry {
                try await file.restart()
                return .mismatch
            }
            if !fits { logger.warning("A customer's file differs from Meta's digest", metadata: ["media": "\(request.id.rawValue)"]) }
            return .finished(.ready(try await spooled(file, request, isDamaged: !fits)))
        case .urlExpired: return .again
        case .changed:
            try await file.restart()
            return .again
        case .gone: return .finished(.failed(.lost))
        case .tooLarge: return .finished(.failed(.tooLarge))
        case .tokenRefused: return .finished(.temporary("the access token is refused"))
        case .notAllowed:
            logger.error("Meta named an address of a file that is not one of its hosts; it is not asked there")
            return .finished(.temporary("the file's address is not allowed"))
        case .refused(let error): return .finished(.temporary("Meta refused with code \(error.code ?? 0)"))
        case .temporary(let reason): return .finished(.temporary(reason))
        }
    }

    private func spooled(_ file: SpoolFile, _ request: FetchRequest, isDamaged: Bool) async throws -> SpooledFile {
        let size = await file.length
        // What is read for a look is made durable first: the ledger says that it is there.
        let facts = FileFacts(
            head: try await file.head(FileFacts.headLength), tail: try await file.tail(FileFacts.tailLength), size: size, name: request.file.name)
        return SpooledFile(
            spool: Self.name(of: request.id),
            size: size,
            name: FileName.safe(request.file.name, type: facts.type, fallback: request.fallbackName),
            mimeType: facts.type.mimeType,
            duration: facts.opus?.duration?.wholeMilliseconds,
            isDamaged: isDamaged
        )
    }
}

extension FetchRequest {
    /// What a file without a name is called: by its kind.
    fileprivate var fallbackName: String {
        file.mimeType.map { String($0.prefix { $0 != "/" }).lowercased() }.flatMap { ["image", "video", "audio"].contains($0) ? $0 : nil } ?? "file"
    }
}
