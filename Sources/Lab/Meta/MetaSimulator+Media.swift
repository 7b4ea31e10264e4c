import Foundation
import NIOCore
import NIOHTTP1
import Synchronization
import Transport

/// Files on their way between the connector and Meta.
extension MetaSimulator {
    /// How many times a transfer tells of its progress.
    private static let progressSteps: Int64 = 20

    // MARK: Downloads

    /// Hands out a file as the core decided.
    func response(with download: GraphReply.Download) -> HTTPResponse {
        let media = download.media
        let key = begin(MetaTransfer(mediaID: media.id, done: 0, total: media.file.size))
        let response = files.response(
            with: media.file, range: download.range, headers: ["Content-Type": media.mimeType], download.trouble
        ) { count in
            self.state.withLock { $0.core.mediaCounts.bytesServed += Int64(count) }
            self.advance(key, by: Int64(count))
        }
        guard case .stream(let length, let write) = response.body else {
            end(key)
            return response
        }
        var followed = response
        followed.body = .stream(length: length) { writer in
            defer { self.end(key) }
            try await write(&writer)
        }
        return followed
    }

    // MARK: Uploads

    /// Whether a request brings a file, which must not be collected in memory.
    static func isUpload(_ request: HTTPRequest, path: String) -> Bool { request.method == .POST && path.hasSuffix("/media") }

    /// Takes a file (WhatsApp, Upload).
    func upload(_ request: HTTPRequest, _ graphRequest: GraphRequest) async -> GraphReply {
        let start = clock.now()
        let (target, fault) = state.withLock { state in (state.core.uploadNumber(graphRequest, start), state.core.takeMediaFault(.upload)) }
        let number: MetaNumber
        switch target {
        case .success(let found): number = found
        case .failure(let error):
            // A sender in the middle of a body does not look for a response.
            await drain(request.body)
            return refusal(error)
        }
        let form: MetaCore.UploadForm
        do {
            form = try await readForm(request, fault)
        } catch let error as MetaError {
            await drain(request.body)
            return refusal(error)
        } catch {
            return GraphReply(kind: .drop)
        }
        switch fault {
        case .error(let error): return refusal(error)
        case .page(let status): return GraphReply(kind: .page(status))
        case .drop, .cut: return GraphReply(kind: .drop)
        case .hang: return GraphReply(kind: .hang)
        case .acceptThenDrop, .wrongBytes, .expiredURL, .slow, nil: break
        }
        let now = clock.now()
        var reply = state.withLock { $0.core.upload(form, number, now) }
        if fault == .acceptThenDrop { reply.kind = .drop }
        return reply
    }

    private func refusal(_ error: MetaError) -> GraphReply { state.withLock { $0.core.failure(error) } }

    /// Reads and forgets what is left of a body, as far as a file may be long.
    private func drain(_ body: HTTPRequestBody) async {
        var left = MetaMediaClass.largest
        do {
            for try await part in body {
                left -= Int64(part.readableBytes)
                if left < 0 { return }
            }
        } catch {
            // The sender has gone, so nobody waits for the response either.
        }
    }

    /// - Throws: `MetaError` for what is no form or too large; others if the body ends early, or is cut on purpose.
    private func readForm(_ request: HTTPRequest, _ fault: MetaMediaFault.Kind?) async throws -> MetaCore.UploadForm {
        guard var reader = request.headers.first(name: "Content-Type").flatMap(MultipartReader.init) else {
            throw MetaError.parameter("The request body is no multipart form")
        }
        let total = request.body.length.map(Int64.init)
        let key = begin(MetaTransfer(mediaID: nil, done: 0, total: total))
        defer { end(key) }
        var collected = UploadFormReader(files: files)
        var received: Int64 = 0
        for try await part in request.body {
            received += Int64(part.readableBytes)
            if case .cut(let percent) = fault, let total, received * 100 >= total * Int64(percent) { throw ConnectionCut() }
            do {
                for event in try reader.read(Array(part.readableBytesView)) { try collected.take(event) }
            } catch is MultipartReader.Malformed {
                throw MetaError.parameter("The request body is a broken multipart form")
            }
            advance(key, by: Int64(part.readableBytes))
            if case .slow(let rate) = fault { try await Task.sleep(for: .seconds(Double(part.readableBytes) / Double(max(rate, 1)))) }
        }
        if case .cut = fault { throw ConnectionCut() }
        do {
            try reader.finish()
        } catch {
            throw MetaError.parameter("The multipart form has no end")
        }
        return collected.form
    }

    // MARK: Transfers

    private func begin(_ transfer: MetaTransfer) -> Int {
        let key = state.withLock { state in
            state.nextTransfer += 1
            state.core.transfers[state.nextTransfer] = transfer
            return state.nextTransfer
        }
        changes.signal()
        return key
    }

    /// Notes more bytes; tells it now and then.
    private func advance(_ key: Int, by count: Int64) {
        let isTold = state.withLock { state -> Bool in
            guard var transfer = state.core.transfers[key] else { return false }
            let step = max((transfer.total ?? 20_000_000) / Self.progressSteps, 1)
            let before = transfer.done / step
            transfer.done += count
            state.core.transfers[key] = transfer
            return transfer.done / step != before
        }
        if isTold { changes.signal() }
    }

    private func end(_ key: Int) { change { $0.core.transfers[key] = nil } }
}
