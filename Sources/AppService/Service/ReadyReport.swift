/// Waits until both listeners of a service listen, then says so once.
package actor ReadyReport {
    private let onReady: @Sendable (_ application: String, _ operations: String) async -> Void
    private var application: String?
    private var operations: String?

    /// - Parameter onReady: gets the addresses of both, each as `http://host:port` (or `https://`)
    package init(onReady: @escaping @Sendable (_ application: String, _ operations: String) async -> Void) {
        self.onReady = onReady
    }

    package func applicationListens(_ address: String) async {
        application = address
        await report()
    }

    package func operationsListens(_ address: String) async {
        operations = address
        await report()
    }

    private func report() async {
        guard let application, let operations else { return }
        await onReady(application, operations)
    }
}
