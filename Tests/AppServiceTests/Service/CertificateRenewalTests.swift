import AsyncHTTPClient
import Bridge
import Foundation
import Logging
import NIOCore
import NIOHTTP1
import ServiceLifecycle
import Testing
import Transport
import TransportTestSupport

@testable import AppService

@Suite("A renewed certificate", .timeLimit(.minutes(1))) struct CertificateRenewalTests {
    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("certificate-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    private var files: AppService.TLSConfiguration {
        .init(certificate: .file(folder.path + "/certificate.pem"), privateKey: .file(folder.path + "/key.pem"))
    }

    private func write(certificate: TestCertificate? = nil, key: TestCertificate? = nil) throws {
        if let certificate { try Data(certificate.certificatePEM.utf8).write(to: folder.appendingPathComponent("certificate.pem")) }
        if let key { try Data(key.keyPEM.utf8).write(to: folder.appendingPathComponent("key.pem")) }
    }

    /// Whether a client that trusts this certificate alone gets an answer.
    private func answers(_ port: Int, _ certificate: TestCertificate) async throws -> Bool {
        var configuration = HTTPClient.Configuration(tlsConfiguration: try certificate.clientConfiguration())
        configuration.timeout.connect = .seconds(5)
        let client = HTTPClient(configuration: configuration)
        let status = try? await client.execute(HTTPClientRequest(url: "https://localhost:\(port)/"), timeout: .seconds(10)).status
        try await client.shutdown()
        return status == .ok
    }

    @Test("It is in use within a minute; halves that do not fit leave the one before in use")
    func renewed() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try write(certificate: .first, key: .first)
        let clock = MovableClock(standingAt: Moment(seconds: 1_790_000_000))
        let tls = try files.open()
        let log = KeptLog()
        let renewal = try #require(CertificateRenewal(files, of: tls, clock: clock, logger: log.logger()))
        try await withServer(.init(tls: tls)) { _ in
            .response(.text(.ok, "here"))
        } _: { port in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await renewal.run() }
                try await eventually { clock.sleepers == 1 }
                #expect(try await answers(port, .first))

                try write(certificate: .second)
                clock.move(by: CertificateRenewal.interval)
                try await eventually { log.messages.contains("The certificate was changed and cannot be used; the one before stays in use") }
                #expect(try await answers(port, .first))

                try write(key: .second)
                try await eventually { clock.sleepers == 1 }
                clock.move(by: CertificateRenewal.interval)
                try await eventually { log.messages.contains("A renewed certificate is in use") }
                #expect(try await answers(port, .second))
                #expect(try await !answers(port, .first))

                // Nothing is said of files that stay as they are.
                let count = log.lines.count
                try await eventually { clock.sleepers == 1 }
                clock.move(by: CertificateRenewal.interval)
                try await eventually { clock.sleepers == 1 }
                #expect(log.lines.count == count)
                group.cancelAll()
            }
        }
    }

    @Test("A key that is not the certificate's is a sentence at the start")
    func mismatch() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try write(certificate: .first, key: .second)
        #expect {
            _ = try files.open()
        } throws: {
            "\($0)".contains("the private key is not that of the certificate")
        }
    }

    @Test("Where both stand in the configuration, or there is no TLS, nothing is looked at")
    func nothing() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let texts = AppService.TLSConfiguration(
            certificate: .text(Secret(TestCertificate.first.certificatePEM)), privateKey: .text(Secret(TestCertificate.first.keyPEM)))
        let clock = MovableClock(standingAt: Moment(seconds: 0))
        #expect(try CertificateRenewal(texts, of: texts.open(), clock: clock, logger: silentLogger) == nil)
        #expect(CertificateRenewal(nil, of: nil, clock: clock, logger: silentLogger) == nil)
    }
}
