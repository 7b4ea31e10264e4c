public import Bridge
import Protocol

/// Files that were given to Connect for a post that is still to be made.
struct GivenFiles: Sendable {
    var way: ConnectFileWay
    /// What the post names.
    var urls: [String]?
    /// How many follow after the post.
    var announced: UInt64?

    /// Whether Connect has not shown that it takes files by this way.
    func isUntried(_ offers: FileOffers?) -> Bool {
        switch way {
        case .buffer: false
        case .pull: !(urls ?? []).contains { offers?.wasTaken($0) == true }
        case .push: true
        }
    }
}

/// Why files could not be given.
struct FilesNotGiven: Error {
    var refusal: PostRefusal.FileRefusal
}

extension ConnectAdapter {
    /// The files of a post, in order.
    public func files(of post: PostReference, in zone: Zone) async throws -> [ConnectFile] {
        let attachments = try await attachments(of: post)
        return attachments.enumerated().map { index, file in
            ConnectFile(reference: file.id.map { "id:\($0)" } ?? "index:\(index)", name: file.name)
        }
    }

    /// Reads a file of a post. Its URL holds for a session, so it is asked for each time, and once more if it was refused.
    public func read(
        _ file: ConnectFile,
        of post: PostReference,
        from offset: Int64,
        limit: Int64,
        into sink: @escaping FileSink
    ) async throws -> ConnectFileReading {
        guard let files else { return .temporary("no files are read here") }
        var hasAskedAgain = false
        while true {
            let url: String?
            do {
                url = try await self.url(of: file, in: post)
            } catch let failure as Connect.Failure {
                if case .targetGone? = PostRefusal(failure) { return .gone }
                return .temporary(failure.words)
            } catch {
                return .temporary("there is no connection to Connect")
            }
            guard let url else { return .gone }
            guard let base = round?.plain.fileBase else { return .temporary("there is no connection to Connect") }
            switch try await files.client.download(url, base: base, from: offset, limit: limit, into: sink) {
            case .complete: return .complete
            case .tooLarge: return .tooLarge
            case .changed: return .changed
            case .gone where !hasAskedAgain: hasAskedAgain = true
            case .gone, .notAllowed: return .gone
            case .temporary(let reason): return .temporary(reason)
            }
        }
    }

    private func url(of file: ConnectFile, in post: PostReference) async throws -> String? {
        let attachments = try await attachments(of: post)
        let place = file.reference.split(separator: ":", maxSplits: 1)
        switch (place.first, place.last) {
        case ("id", let id?): return attachments.first { $0.id.map { "\($0)" } == String(id) }?.url
        case ("index", let index?):
            guard let index = Int(index), attachments.indices.contains(index) else { return nil }
            return attachments[index].url
        default: return nil
        }
    }

    private func attachments(of post: PostReference) async throws -> [Connect.File] {
        guard let id = wiring.reading.id(post) else { return [] }
        guard let reader = round?.reader else { throw ConnectUnavailable() }
        let reply = try await reader.ask(.attachments(Connect.Named(id: id)))
        if let failure = reply.result.failure { throw failure }
        guard case .attachmentsResult(let result) = reply.result else { throw ConnectUnavailable() }
        return result.files
    }

    /// Gives the files of a post to Connect by the first way that is open.
    func give(_ spooled: [SpooledFile], on line: ConnectLine, _ round: ConnectRound) async -> Result<GivenFiles, FilesNotGiven> {
        guard let files, let base = round.plain.fileBase else { return .failure(FilesNotGiven(refusal: .permanent("no files are given here"))) }
        let handover = ConnectHandover(files: files, line: line, base: base)
        while let way = fileWay {
            switch await handover.give(spooled, by: way) {
            case .attach(let urls, let way): return .success(GivenFiles(way: way, urls: urls))
            case .announce(let count): return .success(GivenFiles(way: .push, announced: UInt64(count)))
            case .refused(let refusal): return .failure(FilesNotGiven(refusal: refusal))
            case .wayIsClosed: closed(way)
            }
        }
        return .failure(FilesNotGiven(refusal: .permanent("Connect takes files by none of the known ways")))
    }
}

extension ConnectServiceEntry {
    /// Where Connect's files are: the HTTP form of the URL without its last segment; nil if the URL leads nowhere.
    var fileBase: String? {
        guard let socket = ServiceAddress(url)?.candidates.first else { return nil }
        return "http" + socket.dropFirst(2)
    }
}
