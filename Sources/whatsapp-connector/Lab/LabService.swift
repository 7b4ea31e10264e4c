import Lab
import ServiceLifecycle

/// The lab, which says once where it listens.
struct LabService: Service {
    let lab: Lab
    let onListening: @Sendable (Lab.Addresses) async throws -> Void

    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await lab.run() }
            group.addTask { try await onListening(lab.listening()) }
            while try await group.next() != nil {}
        }
    }
}
