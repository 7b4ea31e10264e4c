import Bridge

/// The bridge's ports with fault points at each call, in a build that has them; else the ports themselves.
enum FaultyPorts {
    #if FAULT_POINTS
        static func around(_ port: any ConnectPort) -> any ConnectPort { FaultyConnect(port: port) }
        static func around(_ port: any WhatsAppPort) -> any WhatsAppPort { FaultyWhatsApp(port: port) }
        static func around(_ port: any MediaPort) -> any MediaPort { FaultyMedia(port: port) }
    #else
        static func around<Port>(_ port: Port) -> Port { port }
    #endif
}

#if FAULT_POINTS
    private struct FaultyConnect: ConnectPort {
        let port: any ConnectPort

        func run(
            zones: @escaping @Sendable () async throws -> [ZoneSubscription], receive: @escaping @Sendable (ConnectEvent) async throws -> Void
        ) async throws {
            try await port.run(zones: zones) { event in try await FaultPoints.around("connect.event") { try await receive(event) } }
        }

        func post(_ request: PostRequest) async -> PostResult {
            await FaultPoints.around("connect.post") { await port.post(request) }
        }

        func ownPosts(near request: PostRequest) async throws -> [ConnectPost] {
            try await FaultPoints.around("connect.ownPosts") { try await port.ownPosts(near: request) }
        }

        func posts(of discussion: PostReference, in zone: Zone) async throws -> [ConnectPost] {
            try await FaultPoints.around("connect.discussion") { try await port.posts(of: discussion, in: zone) }
        }

        func markRead(_ post: PostReference) async {
            await FaultPoints.around("connect.markRead") { await port.markRead(post) }
        }

        func update(_ post: PostReference, in zone: Zone, html: String) async -> PostResult {
            await FaultPoints.around("connect.update") { await port.update(post, in: zone, html: html) }
        }

        func files(of post: PostReference, in zone: Zone) async throws -> [ConnectFile] {
            try await FaultPoints.around("connect.files") { try await port.files(of: post, in: zone) }
        }
    }

    private struct FaultyWhatsApp: WhatsAppPort {
        let port: any WhatsAppPort

        func send(_ request: SendRequest) async -> SendResult {
            await FaultPoints.around("whatsApp.send") { await port.send(request) }
        }

        func markRead(_ receipt: ReadReceipt) async {
            await FaultPoints.around("whatsApp.markRead") { await port.markRead(receipt) }
        }
    }

    private struct FaultyMedia: MediaPort {
        let port: any MediaPort

        func fetch(_ request: FetchRequest, progress: @escaping @Sendable (Int64, Int64?) async -> Void) async -> FetchResult {
            await FaultPoints.around("media.fetch") {
                await port.fetch(request) { done, total in await FaultPoints.around("media.fetched") { await progress(done, total) } }
            }
        }

        func prepare(_ request: PreparationRequest, progress: @escaping @Sendable (Int64, Int64?) async -> Void) async -> PreparationResult {
            await FaultPoints.around("media.prepare") {
                await port.prepare(request) { done, total in await FaultPoints.around("media.moved") { await progress(done, total) } }
            }
        }

        func discard(_ file: InboundFile.ID) async {
            await FaultPoints.around("media.discardFile") { await port.discard(file) }
        }

        func discard(_ message: OutgoingMessage.ID) async {
            await FaultPoints.around("media.discardUpload") { await port.discard(message) }
        }
    }
#endif
