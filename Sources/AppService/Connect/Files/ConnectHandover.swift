import Bridge
import Protocol
import ServiceLifecycle

/// Gives the files of one post to Connect, by the first way that works.
struct ConnectHandover: Sendable {
    let files: ConnectFiles
    let line: ConnectLine
    let base: String

    /// What a post needs to have its files.
    enum Outcome: Sendable {
        /// Name these URLs.
        case attach([String], way: ConnectFileWay)
        /// Announce so many files, and push them afterwards.
        case announce(Int)
        /// This way does not work here; nothing was given.
        case wayIsClosed
        /// No way will do.
        case refused(PostRefusal.FileRefusal)
    }

    /// How long Connect may take to make a buffer: one that does not know the request may say nothing at all.
    private static let bufferPatience = Duration.seconds(5)

    /// Gives files by one way, as far as that goes before the post.
    func give(_ spooled: [SpooledFile], by way: ConnectFileWay) async -> Outcome {
        switch way {
        case .buffer: return await fillBuffers(with: spooled)
        case .pull: return .attach(spooled.map(files.offers.offer), way: .pull)
        case .push: return .announce(spooled.count)
        }
    }

    private func fillBuffers(with spooled: [SpooledFile]) async -> Outcome {
        var urls: [String] = []
        for file in spooled {
            let reply: ConnectSession.Reply?
            do {
                reply = try await line.tryAsk(.createFileBuffer(Connect.CreateFileBuffer(name: file.name)), within: Self.bufferPatience)
            } catch {
                return .refused(.temporary("the connection to Connect ended"))
            }
            guard case .createFileBufferResult(let buffer)? = reply?.result else { return .wayIsClosed }
            if let failure = buffer.failure, case .temporary(let words)? = PostRefusal(failure) { return .refused(.temporary(words)) }
            guard let url = buffer.url, buffer.failure == nil else { return .wayIsClosed }
            switch await upload(file, to: url) {
            case .stored: urls.append(files.client.absolute(url, base: base) ?? url)
            case .tooLarge: return .refused(.tooLarge)
            case .storageFull: return .refused(.temporary("Connect's storage is full"))
            case .temporary(let reason): return .refused(.temporary(reason))
            case .gone, .refused, .notAllowed: return .wayIsClosed
            }
        }
        return .attach(urls, way: .buffer)
    }

    private func upload(_ file: SpooledFile, to url: String) async -> ConnectUpload {
        await sending(file) { content in
            await files.client.upload(content, to: url, base: base, contentType: file.mimeType)
        }
    }

    /// Pushes the files of a post that is there.
    func push(_ spooled: [SpooledFile], session: String, key: String) async {
        for file in spooled {
            _ = await sending(file) { content in
                await files.client.push(content, session: session, key: key, name: file.name, base: base, contentType: file.mimeType)
            }
        }
    }

    /// Opens a file for sending. On a graceful shutdown it is broken off: it is given again after the next start.
    private func sending(_ file: SpooledFile, _ send: @escaping @Sendable (FileContent) async -> ConnectUpload) async -> ConnectUpload {
        do {
            return try await cancelWhenGracefulShutdown {
                try await files.spool.withFile(file.spool) { opened in
                    guard await opened.length == file.size else { return .temporary("the file in the spool has changed") }
                    return await send(await opened.content)
                }
            }
        } catch {
            return .temporary("\(error)")
        }
    }
}
