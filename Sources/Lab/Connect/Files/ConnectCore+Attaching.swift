/// Where a file of `attach` comes from.
enum ConnectAttachment: Sendable, Equatable {
    case buffer(UInt64)
    /// A URL of somebody else.
    case foreign(String)
}

/// A file that is to be fetched from somebody else's URL (Connect, 9.6, U3).
struct ConnectFetch: Sendable, Equatable {
    enum Purpose: Sendable, Equatable {
        /// A post waits for it: the post's number, and the place of the file among its files.
        case waiting(UInt64, index: Int)
        /// The post is there already.
        case late(post: UInt64)
    }

    var url: String
    var purpose: Purpose
}

/// A post that waits for files.
struct ConnectWaitingPost: Sendable {
    var post: ConnectStoredPost
    var request: ConnectRequest
    /// The buffers it took; they are given back if it fails.
    var buffers: [UInt64: ConnectFileBuffer]
    /// The files in their places; nil while one is fetched.
    var files: [ConnectIncomingFile?]
    /// What is to become of its answer.
    var fault: ConnectFault.Kind?
}

extension ConnectCore {
    /// The most URLs of a post.
    private static let limit = 100

    /// Takes or has fetched what `attach` names, all of it or nothing, and completes the post as soon as the files are there.
    mutating func attach(to post: ConnectStoredPost, _ request: ConnectRequest) -> [ConnectAction] {
        guard options.takesPushes || attaching(request.message) == 0, let parts = attachments(request.message["attach"]?.string, request.now)
        else { return [request.failure] }
        var taken: [UInt64: ConnectFileBuffer] = [:]
        var incoming: [ConnectIncomingFile?] = []
        for part in parts {
            switch part {
            case .foreign: incoming.append(nil)
            case .buffer(let id):
                guard taken[id] == nil, let buffer = files.buffers[id], case .full(let file) = buffer.content else { return [request.failure] }
                taken[id] = buffer
                incoming.append(file)
            }
        }
        for id in taken.keys { files.buffers[id] = nil }
        let fetches = parts.enumerated().compactMap { index, part in
            if case .foreign(let url) = part { (index, url) } else { nil }
        }
        if fetches.isEmpty || options.answersBeforePull {
            let id = nextID
            return complete(post, incoming.compactMap(\.self), request)
                + fetches.map { .fetch(ConnectFetch(url: $0.1, purpose: .late(post: id))) }
        }
        let number = files.nextWaiting
        files.nextWaiting += 1
        files.waiting[number] = ConnectWaitingPost(post: post, request: request, buffers: taken, files: incoming)
        return fetches.map { .fetch(ConnectFetch(url: $0.1, purpose: .waiting(number, index: $0.0))) }
    }

    /// The parts of `attach`; nil if one of them leads nowhere.
    private mutating func attachments(_ attach: String?, _ now: Int64) -> [ConnectAttachment]? {
        guard let attach, !attach.isEmpty else { return [] }
        dropUnusedBuffers(now)
        let texts = attach.split(separator: " ", omittingEmptySubsequences: false)
        guard texts.count <= Self.limit else { return nil }
        if let index = texts.firstIndex(where: { !Self.isEncoded($0) }) {
            violated(.unencodedAttachment, "URL \(index + 1) of \(texts.count)", now)
        }
        var parts: [ConnectAttachment] = []
        for text in texts where !text.isEmpty {
            guard let url = ConnectFileName.percentDecoded(text) else { return nil }
            if let id = buffer(at: url) {
                parts.append(.buffer(id))
            } else {
                guard options.pullsFiles, isForeign(url) else { return nil }
                parts.append(.foreign(url))
            }
        }
        return parts
    }

    /// Whether a text is what `encodeURIComponent` makes of one.
    private static func isEncoded(_ text: Substring) -> Bool {
        !text.isEmpty && ConnectFileName.percentDecoded(text) != nil
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
                default: "-_.!~*'()%".utf8.contains(byte)
                }
            }
    }

    private func isForeign(_ url: String) -> Bool {
        let address = url.lowercased()
        return (address.hasPrefix("http://") || address.hasPrefix("https://")) && !url.hasPrefix("\(files.base)/")
    }

    /// A file was fetched, or could not be.
    mutating func fetched(_ fetch: ConnectFetch, _ incoming: ConnectIncomingFile?, now: Int64) -> [ConnectAction] {
        if let incoming {
            files.counts.pulls += 1
            files.counts.bytesTaken += incoming.file.size
        }
        switch fetch.purpose {
        case .late(let post): return incoming.map { add([$0], to: post) } ?? []
        case .waiting(let number, let index):
            guard var waiting = files.waiting[number] else { return [] }
            waiting.request.now = now
            guard let incoming else {
                files.waiting[number] = nil
                for (id, buffer) in waiting.buffers where sessions[buffer.session] != nil { files.buffers[id] = buffer }
                return answered([waiting.request.failure], waiting)
            }
            waiting.files[index] = incoming
            files.waiting[number] = waiting
            let there = waiting.files.compactMap(\.self)
            guard there.count == waiting.files.count else { return [] }
            files.waiting[number] = nil
            return answered(complete(waiting.post, there, waiting.request), waiting)
        }
    }

    /// The actions of a request that took its time, as faults and options have them.
    private mutating func answered(_ actions: [ConnectAction], _ waiting: ConnectWaitingPost) -> [ConnectAction] {
        let request = waiting.request
        guard let fault = waiting.fault else { return later(actions, for: request.session, options.answerDelay, request.now) }
        return spoiled(actions, by: fault, request.mt, request.session, request.now)
    }
}

extension ConnectFiles {
    /// Remembers what is to become of the answer of a post that waits.
    mutating func keep(_ fault: ConnectFault.Kind, for fetch: ConnectFetch) {
        // The connection ends, or a colleague has posted, when the request is carried out; only the answer itself comes later.
        switch (fault, fetch.purpose) {
        case (.loseAnswer, .waiting(let number, _)), (.delay, .waiting(let number, _)): waiting[number]?.fault = fault
        default: break
        }
    }
}
