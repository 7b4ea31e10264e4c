import Bridge
import Synchronization

/// Files as a test tells them to be.
final class ScriptedMedia: MediaPort {
    private let fetching: @Sendable (FetchRequest, Int) async -> FetchResult
    private let preparing: @Sendable (PreparationRequest, Int) async -> PreparationResult
    private let state = Mutex(
        (fetched: [FetchRequest](), prepared: [PreparationRequest](), discarded: [InboundFile.ID](), dropped: [OutgoingMessage.ID]()))

    /// - Parameters:
    ///   - fetch: what becomes of the n-th file, from 1.
    ///   - prepare: what becomes of the n-th preparation, from 1.
    init(
        fetch: @escaping @Sendable (FetchRequest, Int) async -> FetchResult = { _, _ in .temporary("nobody loads files here") },
        prepare: @escaping @Sendable (PreparationRequest, Int) async -> PreparationResult = { _, _ in .temporary("nobody loads files here") }
    ) {
        fetching = fetch
        preparing = prepare
    }

    var fetched: [FetchRequest] { state.withLock { $0.fetched } }
    var prepared: [PreparationRequest] { state.withLock { $0.prepared } }
    var discarded: [InboundFile.ID] { state.withLock { $0.discarded } }
    var dropped: [OutgoingMessage.ID] { state.withLock { $0.dropped } }

    func fetch(_ request: FetchRequest, progress: @escaping @Sendable (Int64, Int64?) async -> Void) async -> FetchResult {
        let count = state.withLock { state in
            state.fetched.append(request)
            return state.fetched.count
        }
        return await fetching(request, count)
    }

    func prepare(_ request: PreparationRequest, progress: @escaping @Sendable (Int64, Int64?) async -> Void) async -> PreparationResult {
        let count = state.withLock { state in
            state.prepared.append(request)
            return state.prepared.count
        }
        return await preparing(request, count)
    }

    func discard(_ message: OutgoingMessage.ID) async { state.withLock { $0.dropped.append(message) } }

    func discard(_ file: InboundFile.ID) async { state.withLock { $0.discarded.append(file) } }
}
