package import NIOSSL

/// A self-signed certificate for `localhost` and 127.0.0.1, valid until 2120, made for these tests only.
package enum TestCertificate {
    package static func serverConfiguration() throws -> TLSConfiguration {
        let certificate = try NIOSSLCertificate(bytes: Array(certificatePEM.utf8), format: .pem)
        return .makeServerConfiguration(
            certificateChain: [.certificate(certificate)],
            privateKey: .privateKey(try NIOSSLPrivateKey(bytes: Array(keyPEM.utf8), format: .pem)))
    }

    /// Settings of a client that trusts this certificate alone.
    package static func clientConfiguration() throws -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.trustRoots = .certificates([try NIOSSLCertificate(bytes: Array(certificatePEM.utf8), format: .pem)])
        return configuration
    }

    private static let certificatePEM = """
        -----BEGIN CERTIFICATE-----
        MIIBZzCCAQ2gAwIBAgIBATAKBggqhkjOPQQDAjAUMRIwEAYDVQQDDAlsb2NhbGhv
        c3QwIBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAxMDEwMDAwMDBaMBQxEjAQBgNVBAMM
        CWxvY2FsaG9zdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABDVBKSLW1jin4xQa
        cjS+JnTDEcxgiPpUEeABvORFhPnzvoH/LVw10rxDYtW5ItD6F+QCYI437mmvVxQ+
        e9khw6ujTjBMMBoGA1UdEQQTMBGCCWxvY2FsaG9zdIcEfwAAATAPBgNVHRMBAf8E
        BTADAQH/MB0GA1UdDgQWBBRnPBSSwFYExGPyajPEnOBAuq0GoDAKBggqhkjOPQQD
        AgNIADBFAiB8YxlemcMyd4Mk1oFZ0bvwaM++X2f9ZGarHYuS2j8bfwIhAPSI6m56
        A6YF3ITievnNLx+dGSn4qvE/bKUpFQgo6nrQ
        -----END CERTIFICATE-----
        """

    private static let keyPEM = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgzzq3ACxMaS8IKnqc
        elgvE7eZ/2IY9S3zvnjNxh35domhRANCAAQ1QSki1tY4p+MUGnI0viZ0wxHMYIj6
        VBHgAbzkRYT5876B/y1cNdK8Q2LVuSLQ+hfkAmCON+5pr1cUPnvZIcOr
        -----END PRIVATE KEY-----
        """
}
