#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>

#include "base/text.h"
#include "plugins/runner/docker/tar.h"
#include "process/fd.h"
#include "syntax/archive.h"

namespace gyr::plugins::runner {
namespace {

namespace fs = std::filesystem;
using syntax::ArchiveEntry;
using syntax::ArchiveReader;

std::unexpected<base::Error> unpack_failed(std::string_view what, std::string_view name, int error) {
  return base::fail(container_files,
                    fmt::format("cannot {} `{}` of the container: {}", what, name, std::strerror(error)));
}

/// The path without the first folder, which all entries share. Empty: that folder itself.
base::Result<std::vector<std::string>> parts_of(std::string_view name) {
  std::vector<std::string> parts;
  for (std::string_view part : base::split(name, '/')) {
    if (part.empty() || part == ".") continue;
    if (part == ".." || part.find('\0') != std::string_view::npos) {
      return base::fail(container_files,
                        fmt::format("the archive contains a path outside of its root: `{}`", base::repair_utf8(name)));
    }
    parts.emplace_back(part);
  }
  if (!parts.empty()) parts.erase(parts.begin());
  return parts;
}

/// Unpacks below one open directory; every step goes by descriptors that follow no link.
class Unpacker {
 public:
  Unpacker(int root, ArchiveReader& reader) : root_(root), reader_(reader) {}

  base::Result<void> entry(const ArchiveEntry& entry) {
    GYR_TRY(auto parts, parts_of(entry.name));
    if (parts.empty()) return {};
    GYR_TRY(process::UniqueFd parent, open_parent(parts, entry.name));
    const std::string& last = parts.back();
    switch (entry.kind) {
      case ArchiveEntry::Kind::directory: return directory(parent.get(), last, entry);
      case ArchiveEntry::Kind::file: return file(parent.get(), last, entry);
      case ArchiveEntry::Kind::symbolic_link:
        GYR_CHECK(clear(parent.get(), last, entry.name));
        if (::symlinkat(entry.link.c_str(), parent.get(), last.c_str()) != 0)
          return unpack_failed("create the link", entry.name, errno);
        return {};
      case ArchiveEntry::Kind::hard_link: return hard_link(parent.get(), last, entry);
      case ArchiveEntry::Kind::other: return {};
    }
    return {};
  }

 private:
  base::Result<process::UniqueFd> open_parent(const std::vector<std::string>& parts, std::string_view name) {
    process::UniqueFd at(::openat(root_, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    for (size_t i = 0; i + 1 < parts.size(); ++i) {
      if (::mkdirat(at.get(), parts[i].c_str(), 0755) != 0 && errno != EEXIST)
        return unpack_failed("create the folder of", name, errno);
      process::UniqueFd below(::openat(at.get(), parts[i].c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
      if (below.get() < 0) return unpack_failed("open the folder of", name, errno);
      at = std::move(below);
    }
    return at;
  }

  /// Removes an existing entry that is not a folder.
  base::Result<void> clear(int parent, const std::string& last, std::string_view name) {
    if (::unlinkat(parent, last.c_str(), 0) == 0 || errno == ENOENT) return {};
    return unpack_failed("replace", name, errno);
  }

  base::Result<void> directory(int parent, const std::string& last, const ArchiveEntry& entry) {
    if (::mkdirat(parent, last.c_str(), 0755) != 0 && errno != EEXIST)
      return unpack_failed("create the folder", entry.name, errno);
    process::UniqueFd made(::openat(parent, last.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
    // The worker must be able to read and remove it, whatever the container thinks.
    if (made.get() < 0 || ::fchmod(made.get(), (entry.mode & 0777) | 0700) != 0)
      return unpack_failed("create the folder", entry.name, errno);
    return {};
  }

  base::Result<void> file(int parent, const std::string& last, const ArchiveEntry& entry) {
    GYR_CHECK(clear(parent, last, entry.name));
    process::UniqueFd target(
        ::openat(parent, last.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (target.get() < 0) return unpack_failed("write", entry.name, errno);
    std::string buffer(256 * 1024, '\0');
    for (;;) {
      GYR_TRY(size_t got, reader_.read(buffer.data(), buffer.size()));
      if (got == 0) break;
      for (size_t written = 0; written < got;) {
        ssize_t count = ::write(target.get(), buffer.data() + written, got - written);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return unpack_failed("write", entry.name, errno);
        written += static_cast<size_t>(count);
      }
    }
    if (::fchmod(target.get(), (entry.mode & 0777) | 0400) != 0) return unpack_failed("write", entry.name, errno);
    return {};
  }

  base::Result<void> hard_link(int parent, const std::string& last, const ArchiveEntry& entry) {
    GYR_TRY(auto target, parts_of(entry.link));
    if (target.empty()) return unpack_failed("create the link", entry.name, EINVAL);
    GYR_TRY(process::UniqueFd folder, open_parent(target, entry.link));
    GYR_CHECK(clear(parent, last, entry.name));
    if (::linkat(folder.get(), target.back().c_str(), parent, last.c_str(), 0) != 0)
      return unpack_failed("create the link", entry.name, errno);
    return {};
  }

  int root_;
  ArchiveReader& reader_;
};

}  // namespace

base::Result<void> unpack_below(const fs::path& archive, const fs::path& directory) {
  process::UniqueFd source(::open(archive.c_str(), O_RDONLY | O_CLOEXEC));
  if (source.get() < 0) return unpack_failed("read", archive.string(), errno);
  process::UniqueFd root(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (root.get() < 0) return unpack_failed("open", directory.string(), errno);
  const auto read = [&](char* into, size_t size) -> base::Result<size_t> {
    for (;;) {
      ssize_t got = ::read(source.get(), into, size);
      if (got >= 0) return static_cast<size_t>(got);
      if (errno != EINTR) return unpack_failed("read", archive.string(), errno);
    }
  };
  ArchiveReader reader = ArchiveReader::of_tar(read, {container_files, "the archive"});
  Unpacker unpacker(root.get(), reader);
  for (;;) {
    GYR_TRY(auto entry, reader.next());
    if (!entry) return {};
    GYR_CHECK(unpacker.entry(*entry));
  }
}

}  // namespace gyr::plugins::runner
