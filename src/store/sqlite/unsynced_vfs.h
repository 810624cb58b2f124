// A disk that forgets: for tests of what is left after a power failure.
#pragma once

#include <sqlite3.h>

#include <atomic>
#include <memory>
#include <string>

namespace gyr::store::sqlite {

/// A SQLite VFS that keeps what is written in memory until it is synced; only then does it reach the real file. At a
/// chosen moment the power fails: every later write, truncation, deletion and sync fails. Once all connections are
/// closed, settle() leaves the real files as a disk might: of what was never synced a random part arrived, in any
/// order, torn into sectors. Locks and shared memory are the system's own, so that several connections and threads work
/// as usual.
///
/// Registered under its name while it lives; give that name to SqliteOptions::vfs. Any thread, but settle() alone.
class UnsyncedVfs {
 public:
  explicit UnsyncedVfs(std::string name);
  ~UnsyncedVfs();
  UnsyncedVfs(const UnsyncedVfs&) = delete;
  UnsyncedVfs& operator=(const UnsyncedVfs&) = delete;

  const std::string& name() const { return name_; }
  /// Writes, truncations and syncs so far.
  uint64_t operations() const { return operations_.load(); }
  /// The power fails after so many more of them.
  void fail_after(uint64_t operations) { last_operation_.store(operations_.load() + operations); }
  bool has_failed() const { return operations() > last_operation_.load(); }
  /// Only syncs fail, until told otherwise: a disk that reports errors.
  void fail_syncs(bool fail) { syncs_fail_.store(fail); }
  /// After all files are closed: what the failure left, by seed. The power is on again afterwards.
  void settle(uint64_t seed);

 private:
  struct Disk;
  struct File;
  struct Methods;
  friend struct Methods;
  /// Counts an operation; false once the power is off.
  bool spend() { return operations_.fetch_add(1) + 1 <= last_operation_.load(); }

  std::string name_;
  sqlite3_vfs* system_;
  sqlite3_vfs vfs_{};
  std::unique_ptr<Disk> disk_;
  std::atomic<uint64_t> operations_{0};
  std::atomic<uint64_t> last_operation_{UINT64_MAX};
  std::atomic<bool> syncs_fail_{false};
};

}  // namespace gyr::store::sqlite
