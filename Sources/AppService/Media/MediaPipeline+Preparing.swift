public import Bridge
import Protocol

/// From Connect into the spool, and from there to Meta: read it, see what it is, upload it.
extension MediaPipeline {
    /// Loads a file of a post and uploads it to Meta.
    public func prepare(
        _ request: PreparationRequest,
        progress: @escaping @Sendable (Int64, Int64?) async -> Void
    ) async -> PreparationResult {
        let name = Self.name(of: request.message)
        do {
            try await spool.reserve(OutgoingFileRule.largest, for: name)
            let result = try await spool.withFile(name) { try await prepare(request, in: $0, progress) }
            // What may be tried again goes on from what is there.
            if case .temporary = result { return result }
            try? await spool.remove(name)
            return result
        } catch let error as SpoolError {
            return .temporary("the spool: \(error)")
        } catch {
            return .temporary("\(error)")
        }
    }

    private func prepare(
        _ request: PreparationRequest,
        in file: SpoolFile,
        _ progress: @escaping @Sendable (Int64, Int64?) async -> Void
    ) async throws -> PreparationResult {
        let reading = try await connect.read(request.file, of: request.post, from: await file.length, limit: OutgoingFileRule.largest) { chunk in
            try await file.append(chunk)
            await progress(await file.length, nil)
        }
        switch reading {
        case .complete: break
        case .tooLarge: return .impossible(.tooLarge(limit: OutgoingFileRule.largest, size: nil))
        case .gone: return .impossible(.unreadable)
        case .changed:
            try await file.restart()
            return .temporary("the file has changed while it was read")
        case .temporary(let reason): return .temporary(reason)
        }
        let summary = try await file.finish()
        let facts = FileFacts(
            head: try await file.head(FileFacts.headLength), tail: try await file.tail(FileFacts.tailLength), size: summary.length,
            name: request.file.name)
        if let cards = try await cards(in: file, facts) { return .cards(cards) }
        switch OutgoingFileRule.verdict(for: facts, name: request.file.name) {
        case .refuse(let problem): return .impossible(problem)
        case .send(let kind, let mimeType, let fileName):
            return try await upload(file, summary, as: kind, mimeType, fileName, for: request, progress)
        }
    }

    /// The contact cards of a small file that holds nothing else.
    private func cards(in file: SpoolFile, _ facts: FileFacts) async throws -> [ContactCard]? {
        guard facts.type == .vCard, facts.size <= Int64(SpoolFile.chunkSize) else { return nil }
        let cards = VCard.cards(in: try await file.head(SpoolFile.chunkSize))
        return cards.isEmpty ? nil : cards
    }

    private func upload(
        _ file: SpoolFile,
        _ summary: SpoolFile.Summary,
        as kind: OutgoingFileRule.Kind,
        _ mimeType: String,
        _ fileName: String,
        for request: PreparationRequest,
        _ progress: @escaping @Sendable (Int64, Int64?) async -> Void
    ) async throws -> PreparationResult {
        let number = request.number
        let now = clock.now()
        if let known = try await store.read({ try $0.upload(of: summary.sha256, mimeType: mimeType, number: number) }),
            now < known.at + UploadedFile.lifetime
        {
            return .uploaded(UploadedFile(mediaID: known.mediaID, kind: kind, name: fileName, at: known.at))
        }
        guard let credentials = await credentials(request.account), !credentials.accessToken.isEmpty else {
            // As if the token were refused: its numbers' queues stop until there is one.
            return .refused(DeliveryError(code: 190, details: "No access token is stored for the account."))
        }
        await progress(summary.length, summary.length)
        let result = await graph.upload(
            await file.content, name: fileName, mimeType: mimeType, to: number.rawValue, with: credentials)
        switch result.outcome {
        case .accepted(let upload):
            let known = KnownUpload(mediaID: upload.id, at: now)
            try await store.write { try $0.setUpload(known, of: summary.sha256, mimeType: mimeType, number: number) }
            return .uploaded(UploadedFile(mediaID: upload.id, kind: kind, name: fileName, at: now))
        case .rejected(let error): return .refused(DeliveryError(error))
        case .notSent(let reason), .ambiguous(let reason): return .temporary(reason)
        }
    }
}
