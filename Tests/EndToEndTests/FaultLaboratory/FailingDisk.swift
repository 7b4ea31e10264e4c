import Foundation
import Glibc
import Testing

/// A disk under one process whose n-th write, flush or truncation fails, and so many after it; by means of the library `failing-disk`,
/// which is put before the C library. Everything else of the process is as it is.
final class FailingDisk: @unchecked Sendable {
    /// How it fails.
    enum Fault: Int32, CaseIterable, CustomTestStringConvertible {
        case full, broken, readOnly

        var number: Int32 {
            switch self {
            case .full: ENOSPC
            case .broken: EIO
            case .readOnly: EROFS
            }
        }

        var testDescription: String {
            switch self {
            case .full: "full"
            case .broken: "input or output error"
            case .readOnly: "read-only"
            }
        }
    }

    private static let size = 5 * MemoryLayout<Int64>.size

    private let folder: String
    private let path: String
    // Shared with the process; each field is written whole by either side.
    private let plan: UnsafeMutablePointer<Int64>

    /// A disk that works, for a process whose files are concerned if they lie below `folder`.
    /// - Parameter path: Where the plan is to lie; not below `folder`.
    init(folder: String, plan path: String) throws {
        self.folder = folder
        self.path = path
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        defer { close(descriptor) }
        guard ftruncate(descriptor, off_t(Self.size)) == 0,
            let memory = mmap(nil, Self.size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0), memory != MAP_FAILED
        else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        plan = memory.bindMemory(to: Int64.self, capacity: 5)
        plan[0] = -1
    }

    deinit { munmap(plan, Self.size) }

    /// What puts the disk under a process.
    var environment: [String: String] {
        ["LD_PRELOAD": Self.library, "FAILING_DISK_FOLDER": folder, "FAILING_DISK_PLAN": path]
    }

    /// Lets `number` calls through, fails the next `count`, and works again.
    func fail(after number: Int, count: Int, with fault: Fault) {
        plan[0] = -1
        plan[2] = Int64(fault.number)
        plan[1] = Int64(count)
        plan[3] = 0
        plan[4] = 0
        plan[0] = Int64(number)
    }

    /// Works again at once.
    func heal() { plan[0] = -1 }

    /// How many calls there were since `fail`.
    var calls: Int { Int(plan[3]) }
    /// How many failed since `fail`.
    var failures: Int { Int(plan[4]) }

    /// It lies beside the test bundle.
    private static var library: String {
        let here = Bundle.main.bundleURL.appendingPathComponent("libfailing-disk.so").path
        if FileManager.default.fileExists(atPath: here) { return here }
        let executable = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
        return URL(fileURLWithPath: executable).deletingLastPathComponent().appendingPathComponent("libfailing-disk.so").path
    }
}
