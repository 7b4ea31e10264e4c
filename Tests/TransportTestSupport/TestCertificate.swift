package import NIOSSL
package import Transport

/// A self-signed certificate for `localhost` and 127.0.0.1, valid until 2120, made for these tests only.
package struct TestCertificate {
    /// The certificate as PEM.
    package let certificatePEM: String
    /// Its key as PEM.
    package let keyPEM: String

    package init(certificatePEM: String, keyPEM: String) {
        self.certificatePEM = certificatePEM
        self.keyPEM = keyPEM
    }

    package static func serverConfiguration() throws -> TLSConfiguration { try first.serverConfiguration() }

    /// What a server with it needs.
    package static func server() throws -> ServerTLS { try ServerTLS(serverConfiguration()) }

    /// Settings of a client that trusts this certificate alone.
    package static func clientConfiguration() throws -> TLSConfiguration { try first.clientConfiguration() }

    package func serverConfiguration() throws -> TLSConfiguration {
        let certificate = try NIOSSLCertificate(bytes: Array(certificatePEM.utf8), format: .pem)
        return .makeServerConfiguration(
            certificateChain: [.certificate(certificate)],
            privateKey: .privateKey(try NIOSSLPrivateKey(bytes: Array(keyPEM.utf8), format: .pem)))
    }

    package func clientConfiguration() throws -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.trustRoots = .certificates([try NIOSSLCertificate(bytes: Array(certificatePEM.utf8), format: .pem)])
        return configuration
    }

    /// The one that is used where any will do.
    package static let first = TestCertificate(
        certificatePEM: """
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
            """,
        keyPEM: """
            -----BEGIN PRIVATE KEY-----
            MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgzzq3ACxMaS8IKnqc
            elgvE7eZ/2IY9S3zvnjNxh35domhRANCAAQ1QSki1tY4p+MUGnI0viZ0wxHMYIj6
            VBHgAbzkRYT5876B/y1cNdK8Q2LVuSLQ+hfkAmCON+5pr1cUPnvZIcOr
            -----END PRIVATE KEY-----
            """)

    /// Another one for the same names, with another key.
    package static let second = TestCertificate(
        certificatePEM: """
            -----BEGIN CERTIFICATE-----
            MIIBaDCCAQ2gAwIBAgIBAjAKBggqhkjOPQQDAjAUMRIwEAYDVQQDDAlsb2NhbGhv
            c3QwIBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAxMDEwMDAwMDBaMBQxEjAQBgNVBAMM
            CWxvY2FsaG9zdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABMsemBTBGivG5BF2
            JwF1GVV6dcUVnO2TLXpLnZeF0ikD4qiZqO/2QjnkpIsQ7gRK7UGfAp/2X1KOtGr5
            99WWTxajTjBMMBoGA1UdEQQTMBGCCWxvY2FsaG9zdIcEfwAAATAPBgNVHRMBAf8E
            BTADAQH/MB0GA1UdDgQWBBQTsZqYAhIp95Om8SWp7WH6P68xTzAKBggqhkjOPQQD
            AgNJADBGAiEAuekwNl/Q/8zVc4q3R6IPcKGLqBPztnMEKOdJEF9JOzQCIQC18cLQ
            tvKe34W0xoC305H+Y6g4Q1eTwI7Kc536cpvgJQ==
            -----END CERTIFICATE-----
            """,
        keyPEM: """
            -----BEGIN PRIVATE KEY-----
            MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgXHXv5xnuXPXRjo/g
            gvgOwx7As6xcZpokcXMiwK68qBShRANCAATLHpgUwRorxuQRdicBdRlVenXFFZzt
            ky16S52XhdIpA+Komajv9kI55KSLEO4ESu1BnwKf9l9SjrRq+ffVlk8W
            -----END PRIVATE KEY-----
            """)
}
