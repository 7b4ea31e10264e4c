extension InstanceAdministration {
    /// The longest password, in bytes.
    static let longestPassword = 256

    /// Sets the instance's password; sessions of another one are closed.
    /// - Throws: ``AdministrationFailure``, `StoreError`
    func setPassword(_ password: Secret) async throws {
        let bytes = password.revealedBytes
        guard (1...Self.longestPassword).contains(bytes.count), bytes.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw AdministrationFailure.badValue(
                field: "pwd", "The password must have 1 to \(Self.longestPassword) bytes and no control characters.")
        }
        let context = SealingContext(instance: address, field: StoredSettings.SecretName.password.rawValue)
        let sealer = storage.sealer
        try await change { settings in
            // A stored value that does not open any more is replaced.
            if let stored = settings.secrets[.password], let old = try? sealer.open(stored, for: context), old == password { return }
            settings.secrets[.password] = try sealer.seal(password, for: context)
        }
    }
}
