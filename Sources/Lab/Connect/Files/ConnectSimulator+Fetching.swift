import AsyncHTTPClient
import NIOHTTP1
import Synchronization

extension ConnectSimulator {
    /// Fetches a file and tells the core; nil is told if it cannot be had in time.
    func perform(_ fetch: ConnectFetch) async {
        let (fault, limit, timeout) = state.withLock { state in
            (state.core.files.takeFault(on: .pull), state.core.options.maximumFileSize, state.core.options.pullTimeout)
        }
        let deadline = clock.now() + timeout
        let incoming = await withTaskGroup(of: ConnectIncomingFile?.self) { group in
            group.addTask { try? await self.file(at: fetch.url, fault, limit) }
            group.addTask {
                try? await self.clock.sleep(until: deadline)
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
        wire.add(.connect, .toService, "GET of an attached URL: \(incoming.map { "\($0.file.size) bytes" } ?? "failed")", nil)
        step { core, now in core.fetched(fetch, incoming, now: now) }
    }

    private func file(at url: String, _ fault: ConnectFileFault.Kind?, _ limit: Int64) async throws -> ConnectIncomingFile {
        switch fault {
        case .status(let status)?: throw LabError("A planned fault: \(status).")
        case .expired?: throw LabError("A planned fault: 404.")
        case .cut?, .slow?, .missing?, nil: break
        }
        let download = try await ResumingDownload(url: url, client: client, fault: fault)
        if let length = download.length, length > limit { throw LabFileStore.TooLarge() }
        let file = try await files.receive(parts: download, upTo: limit)
        let name = ConnectFileName.shown(
            download.headers.first(name: "Content-Disposition").flatMap(ConnectFileName.name(inDisposition:)) ?? ConnectFileName.name(ofURL: url))
        return ConnectIncomingFile(
            name: name, mime: ConnectFileName.mime(download.headers.first(name: "Content-Type"), name: name), file: file,
            isLost: fault == .missing)
    }
}
