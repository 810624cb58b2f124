#include "store/sqlite/unsynced_vfs.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstring>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <vector>

#include "base/assert.h"

namespace gyr::store::sqlite {
namespace {

// What a disk writes as a whole.
constexpr size_t sector_bytes = 512;

/// One change that is not on the disk yet.
struct Change {
  bool is_truncation = false;
  int64_t offset = 0;  // or the new size
  std::string bytes;
};

/// A file as everybody in the process sees it, and what of that the disk does not have.
struct Content {
  std::string image;
  std::vector<Change> unsynced;
};

std::string read_file(const char* path) {
  std::string content;
  int fd = ::open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return content;
  char buffer[65'536];
  for (ssize_t count; (count = ::read(fd, buffer, sizeof(buffer))) > 0;)
    content.append(buffer, static_cast<size_t>(count));
  ::close(fd);
  return content;
}

void apply_to_file(int fd, const Change& change) {
  if (change.is_truncation) {
    GYR_ASSERT(::ftruncate(fd, change.offset) == 0);
  } else {
    GYR_ASSERT(::pwrite(fd, change.bytes.data(), change.bytes.size(), change.offset) ==
               static_cast<ssize_t>(change.bytes.size()));
  }
}

}  // namespace

struct UnsyncedVfs::Disk {
  std::mutex mutex;
  std::map<std::string, std::shared_ptr<Content>> files;
};

/// The state of SQLite for an open file; the file of the system is behind it.
struct UnsyncedVfs::File {
  sqlite3_file base;
  UnsyncedVfs* vfs;
  Content* content;
  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

struct UnsyncedVfs::Methods {
  static File* file(sqlite3_file* raw) { return reinterpret_cast<File*>(raw); }
  static UnsyncedVfs* self(sqlite3_vfs* vfs) { return static_cast<UnsyncedVfs*>(vfs->pAppData); }

  static int open(sqlite3_vfs* vfs, const char* path, sqlite3_file* raw, int flags, int* out_flags) {
    UnsyncedVfs* owner = self(vfs);
    if (path == nullptr || (flags & SQLITE_OPEN_DELETEONCLOSE) != 0) {
      // temporary: not part of the simulation
      return owner->system_->xOpen(owner->system_, path, raw, flags, out_flags);
    }
    File* opened = file(raw);
    std::memset(static_cast<void*>(opened), 0, sizeof(File));
    int code = owner->system_->xOpen(owner->system_, path, opened->real(), flags, out_flags);
    if (code != SQLITE_OK) return code;
    std::lock_guard lock(owner->disk_->mutex);
    auto& content = owner->disk_->files[path];
    if (content == nullptr) {
      content = std::make_shared<Content>();
      content->image = read_file(path);
    }
    opened->vfs = owner;
    opened->content = content.get();
    opened->base.pMethods = &methods;
    return SQLITE_OK;
  }

  static int remove(sqlite3_vfs* vfs, const char* path, int sync_folder) {
    UnsyncedVfs* owner = self(vfs);
    if (!owner->spend()) return SQLITE_IOERR_DELETE;
    std::lock_guard lock(owner->disk_->mutex);
    owner->disk_->files.erase(path);
    return owner->system_->xDelete(owner->system_, path, sync_folder);
  }

  static int close(sqlite3_file* raw) { return file(raw)->real()->pMethods->xClose(file(raw)->real()); }

  static int read(sqlite3_file* raw, void* buffer, int amount, sqlite3_int64 offset) {
    File* f = file(raw);
    std::lock_guard lock(f->vfs->disk_->mutex);
    const std::string& image = f->content->image;
    auto from = std::min(static_cast<size_t>(offset), image.size());
    size_t count = std::min(static_cast<size_t>(amount), image.size() - from);
    std::memcpy(buffer, image.data() + from, count);
    if (count == static_cast<size_t>(amount)) return SQLITE_OK;
    std::memset(static_cast<char*>(buffer) + count, 0, static_cast<size_t>(amount) - count);
    return SQLITE_IOERR_SHORT_READ;
  }

  static int write(sqlite3_file* raw, const void* bytes, int amount, sqlite3_int64 offset) {
    File* f = file(raw);
    if (!f->vfs->spend()) return SQLITE_IOERR_WRITE;
    std::lock_guard lock(f->vfs->disk_->mutex);
    std::string& image = f->content->image;
    size_t end = static_cast<size_t>(offset) + static_cast<size_t>(amount);
    if (image.size() < end) image.resize(end);
    std::memcpy(image.data() + offset, bytes, static_cast<size_t>(amount));
    f->content->unsynced.push_back(
        {false, offset, std::string(static_cast<const char*>(bytes), static_cast<size_t>(amount))});
    return SQLITE_OK;
  }

  static int truncate(sqlite3_file* raw, sqlite3_int64 size) {
    File* f = file(raw);
    if (!f->vfs->spend()) return SQLITE_IOERR_TRUNCATE;
    std::lock_guard lock(f->vfs->disk_->mutex);
    f->content->image.resize(static_cast<size_t>(size));
    f->content->unsynced.push_back({true, size, {}});
    return SQLITE_OK;
  }

  static int sync(sqlite3_file* raw, int) {
    File* f = file(raw);
    if (!f->vfs->spend() || f->vfs->syncs_fail_.load()) return SQLITE_IOERR_FSYNC;
    std::lock_guard lock(f->vfs->disk_->mutex);
    sqlite3_file* real = f->real();
    for (const Change& change : f->content->unsynced) {
      int code = change.is_truncation ? real->pMethods->xTruncate(real, change.offset)
                                      : real->pMethods->xWrite(real, change.bytes.data(),
                                                               static_cast<int>(change.bytes.size()), change.offset);
      if (code != SQLITE_OK) return SQLITE_IOERR_FSYNC;
    }
    f->content->unsynced.clear();
    return SQLITE_OK;
  }

  static int file_size(sqlite3_file* raw, sqlite3_int64* size) {
    File* f = file(raw);
    std::lock_guard lock(f->vfs->disk_->mutex);
    *size = static_cast<sqlite3_int64>(f->content->image.size());
    return SQLITE_OK;
  }

  static int file_control(sqlite3_file* raw, int operation, void* argument) {
    // These calls would change the real file directly.
    if (operation == SQLITE_FCNTL_SIZE_HINT || operation == SQLITE_FCNTL_CHUNK_SIZE ||
        operation == SQLITE_FCNTL_MMAP_SIZE) {
      return SQLITE_NOTFOUND;
    }
    return file(raw)->real()->pMethods->xFileControl(file(raw)->real(), operation, argument);
  }

  // Locks and shared memory are the system's.
  static int lock(sqlite3_file* raw, int level) { return file(raw)->real()->pMethods->xLock(file(raw)->real(), level); }
  static int unlock(sqlite3_file* raw, int level) {
    return file(raw)->real()->pMethods->xUnlock(file(raw)->real(), level);
  }
  static int check_lock(sqlite3_file* raw, int* out) {
    return file(raw)->real()->pMethods->xCheckReservedLock(file(raw)->real(), out);
  }
  static int sector_size(sqlite3_file*) { return static_cast<int>(sector_bytes); }
  static int characteristics(sqlite3_file*) { return 0; }  // nothing is promised
  static int shm_map(sqlite3_file* raw, int page, int size, int extend, void volatile** out) {
    return file(raw)->real()->pMethods->xShmMap(file(raw)->real(), page, size, extend, out);
  }
  static int shm_lock(sqlite3_file* raw, int offset, int count, int flags) {
    return file(raw)->real()->pMethods->xShmLock(file(raw)->real(), offset, count, flags);
  }
  static void shm_barrier(sqlite3_file* raw) { file(raw)->real()->pMethods->xShmBarrier(file(raw)->real()); }
  static int shm_unmap(sqlite3_file* raw, int remove) {
    return file(raw)->real()->pMethods->xShmUnmap(file(raw)->real(), remove);
  }

  static constexpr sqlite3_io_methods methods = {
      .iVersion = 2,
      .xClose = close,
      .xRead = read,
      .xWrite = write,
      .xTruncate = truncate,
      .xSync = sync,
      .xFileSize = file_size,
      .xLock = lock,
      .xUnlock = unlock,
      .xCheckReservedLock = check_lock,
      .xFileControl = file_control,
      .xSectorSize = sector_size,
      .xDeviceCharacteristics = characteristics,
      .xShmMap = shm_map,
      .xShmLock = shm_lock,
      .xShmBarrier = shm_barrier,
      .xShmUnmap = shm_unmap,
      .xFetch = nullptr,
      .xUnfetch = nullptr,
  };
};

UnsyncedVfs::UnsyncedVfs(std::string name)
    : name_(std::move(name)), system_(sqlite3_vfs_find(nullptr)), disk_(std::make_unique<Disk>()) {
  vfs_ = *system_;
  vfs_.zName = name_.c_str();
  vfs_.pNext = nullptr;
  vfs_.szOsFile = static_cast<int>(sizeof(File)) + system_->szOsFile;
  vfs_.pAppData = this;
  vfs_.xOpen = Methods::open;
  vfs_.xDelete = Methods::remove;
  // The others get the system's data, or do without.
  vfs_.xAccess = [](sqlite3_vfs* vfs, const char* path, int flags, int* out) {
    sqlite3_vfs* system = Methods::self(vfs)->system_;
    return system->xAccess(system, path, flags, out);
  };
  vfs_.xFullPathname = [](sqlite3_vfs* vfs, const char* path, int size, char* out) {
    sqlite3_vfs* system = Methods::self(vfs)->system_;
    return system->xFullPathname(system, path, size, out);
  };
  GYR_ASSERT(sqlite3_vfs_register(&vfs_, 0) == SQLITE_OK);
}

UnsyncedVfs::~UnsyncedVfs() { sqlite3_vfs_unregister(&vfs_); }

void UnsyncedVfs::settle(uint64_t seed) {
  std::mt19937_64 random(seed);
  std::lock_guard lock(disk_->mutex);
  for (auto& [path, content] : disk_->files) {
    int fd = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
    if (fd < 0) continue;
    // Each file fares in its own way: nothing, all, or some of it arrived, and that in any order.
    uint64_t kept_of_16 = random() % 17;
    for (const Change& change : content->unsynced) {
      if (random() % 16 >= kept_of_16) continue;
      bool torn = !change.is_truncation && random() % 4 == 0;
      if (!torn) {
        apply_to_file(fd, change);
        continue;
      }
      for (size_t at = 0; at < change.bytes.size(); at += sector_bytes) {
        if (random() % 2 == 0) continue;
        apply_to_file(fd, {false, change.offset + static_cast<int64_t>(at), change.bytes.substr(at, sector_bytes)});
      }
    }
    ::close(fd);
  }
  disk_->files.clear();
  last_operation_.store(UINT64_MAX);
}

}  // namespace gyr::store::sqlite
