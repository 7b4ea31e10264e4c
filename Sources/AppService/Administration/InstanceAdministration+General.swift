import Bridge

extension InstanceAdministration {
    /// What is set for the instance as a whole.
    public var general: GeneralSettings {
        let (settings, secrets) = (taken.current.value.state.settings, taken.current.value.state.secrets)
        return GeneralSettings(
            sharedServiceURL: sharedServiceURL,
            graphBaseURL: configuration.graph.baseURL,
            graphVersion: configuration.graph.version,
            publicURL: publicURL.description,
            isAppSecretSet: !secrets.appSecrets.isEmpty,
            isVerifyTokenSet: secrets.verifyToken != nil,
            closedMessage: settings.options.closedMessage ?? "",
            retentionDays: settings.options.retentionDays ?? configuration.retentionDays,
            logLevel: settings.options.logLevel ?? .info
        )
    }

    /// Changes what is set for the instance as a whole: all of it or nothing.
    /// - Throws: ``AdministrationFailure``, `StoreError`
    public func change(_ general: GeneralChange) async throws {
        if let secret = general.appSecret { try Self.check(secret, field: "appSecret") }
        if let token = general.verifyToken { try Self.check(token, field: "verifyToken") }
        let closedMessage = try general.closedMessage.map { text throws(AdministrationFailure) in try NumberRules.closedMessage(text) }
        let present = self.general
        let (sealer, address) = (storage.sealer, address)
        try await change { settings in
            if let secret = general.appSecret { try settings.take(appSecret: secret, of: address, sealer) }
            if let token = general.verifyToken {
                let context = SealingContext(instance: address, field: StoredSettings.SecretName.verifyToken.rawValue)
                settings.secrets[.verifyToken] = try sealer.seal(token, for: context)
            }
            // What only repeats what is there is not made a choice of the administrator's.
            if let closedMessage, closedMessage != present.closedMessage { settings.options.closedMessage = closedMessage }
            if let days = general.retentionDays {
                let days = min(max(days, GeneralSettings.retentionRange.lowerBound), GeneralSettings.retentionRange.upperBound)
                if days != present.retentionDays { settings.options.retentionDays = days }
            }
            if let level = general.logLevel, level != present.logLevel { settings.options.logLevel = level }
        }
    }

    private static func check(_ secret: Secret, field: String) throws(AdministrationFailure) {
        let bytes = secret.revealedBytes
        guard (1...256).contains(bytes.count), bytes.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw .badValue(field: field, "This must be 1 to 256 letters, digits and signs without blanks.")
        }
    }

    // MARK: Trace and log

    /// What is traced.
    public var traces: Set<TraceFlag> { settings.options.traces ?? [] }

    /// Traces something, or no longer. Stays so when the service is started again.
    /// - Throws: `StoreError`
    public func setTrace(_ flag: TraceFlag, on isOn: Bool) async throws {
        try await change { settings in
            var traces = settings.options.traces ?? []
            if isOn { traces.insert(flag) } else { traces.remove(flag) }
            settings.options.traces = traces
        }
    }

    /// The newest lines of the instance's log.
    public var recentLog: RecentLog { log.recent }

    // MARK: Private posts

    /// How the check of private posts stands.
    public var privatePosts: PrivatePostStanding { parts.privatePosts?.standing ?? .unverified }

    /// Begins, decides or ends the check of private posts.
    /// - Throws: ``AdministrationFailure``
    public func check(privatePosts step: PrivatePostStep) async throws(AdministrationFailure) -> PrivatePostStanding {
        guard let checks = parts.privatePosts else { throw .refused("This version of the connector cannot check private posts.") }
        switch step {
        case .start:
            guard await numbers().contains(where: \.isActive) else {
                throw .refused("There is no number in use, so there is no zone to check; choose app, zone and licence of a number first.")
            }
            try await checks.start()
        case .confirm: try await checks.confirm()
        case .cancel: try await checks.cancel()
        }
        touch()
        return checks.standing
    }
}

/// A step of the check of private posts.
public enum PrivatePostStep: Sendable {
    /// Begin it.
    case start
    /// Both posts were written.
    case confirm
    /// End it without a result.
    case cancel
}
