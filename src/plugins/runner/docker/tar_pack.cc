#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>

#include "plugins/runner/docker/tar.h"
#include "process/fd.h"
#include "syntax/archive.h"

namespace gyr::plugins::runner {
namespace {

namespace fs = std::filesystem;
using syntax::ArchiveEntry;

constexpr size_t piece_bytes = 256 * 1024;

std::unexpected<base::Error> pack_failed(std::string_view what, const fs::path& path, int error) {
  return base::fail(container_files, fmt::format("cannot {} `{}`: {}", what, path.string(), std::strerror(error)));
}

/// Writes the archive of one directory.
class Packer {
 public:
  Packer(int target, const fs::path& archive, TarOwner owner) : target_(target), archive_(archive), owner_(owner) {}

  /// `entry` without its owner.
  base::Result<void> header(ArchiveEntry entry) {
    entry.user = owner_.user;
    entry.group = owner_.group;
    GYR_CHECK(writer_.begin(entry));
    return write();
  }

  base::Result<void> file(const fs::path& path, ArchiveEntry entry) {
    process::UniqueFd source(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    struct stat status;
    if (source.get() < 0 || ::fstat(source.get(), &status) != 0) return pack_failed("read", path, errno);
    const auto size = static_cast<uint64_t>(status.st_size);
    entry.mode = status.st_mode & 07777;
    entry.size_bytes = size;
    GYR_CHECK(header(std::move(entry)));
    std::string buffer(piece_bytes, '\0');
    for (uint64_t left = size; left > 0;) {
      ssize_t got = ::read(source.get(), buffer.data(), static_cast<size_t>(std::min<uint64_t>(left, buffer.size())));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return pack_failed("read", path, errno);
      if (got == 0)
        return base::fail(container_files, fmt::format("`{}` was truncated while it was sent", path.string()));
      GYR_CHECK(writer_.add(std::string_view(buffer.data(), static_cast<size_t>(got))));
      GYR_CHECK(write());
      left -= static_cast<uint64_t>(got);
    }
    return {};
  }

  base::Result<void> end() {
    GYR_CHECK(writer_.finish());
    return write();
  }

 private:
  base::Result<void> write() {
    const std::string made = writer_.take();
    for (std::string_view bytes = made; !bytes.empty();) {
      ssize_t count = ::write(target_, bytes.data(), bytes.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return pack_failed("write", archive_, errno);
      bytes.remove_prefix(static_cast<size_t>(count));
    }
    return {};
  }

  int target_;
  const fs::path& archive_;
  TarOwner owner_;
  syntax::ArchiveWriter writer_{syntax::ArchiveWriter::Format::tar, container_files};
};

base::Result<void> pack_entry(Packer& packer, const fs::directory_entry& found, std::string name) {
  std::error_code error;
  const fs::file_status status = found.symlink_status(error);
  if (error) return pack_failed("read", found.path(), error.value());
  ArchiveEntry entry;
  entry.name = std::move(name);
  entry.mode = static_cast<uint32_t>(status.permissions()) & 07777;
  switch (status.type()) {
    case fs::file_type::directory:
      entry.kind = ArchiveEntry::Kind::directory;
      entry.name += '/';
      return packer.header(std::move(entry));
    case fs::file_type::symlink: {
      const fs::path target = fs::read_symlink(found.path(), error);
      if (error) return pack_failed("read", found.path(), error.value());
      entry.kind = ArchiveEntry::Kind::symbolic_link;
      entry.link = target.string();
      entry.mode = 0777;
      return packer.header(std::move(entry));
    }
    case fs::file_type::regular: return packer.file(found.path(), std::move(entry));
    default: return {};  // sockets, pipes and devices mean nothing elsewhere
  }
}

}  // namespace

base::Result<void> pack_directory(const fs::path& directory, const fs::path& archive, TarOwner owner,
                                  std::string_view folder) {
  process::UniqueFd target(::open(archive.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (target.get() < 0) return pack_failed("write", archive, errno);
  Packer packer(target.get(), archive, owner);
  ArchiveEntry root;
  root.kind = ArchiveEntry::Kind::directory;
  root.name = fmt::format("{}/", folder);
  root.mode = 0777;
  GYR_CHECK(packer.header(std::move(root)));
  std::error_code error;
  fs::recursive_directory_iterator at(directory, error);
  for (const fs::recursive_directory_iterator end; !error && at != end; at.increment(error)) {
    GYR_CHECK(pack_entry(packer, *at, fmt::format("{}/{}", folder, at->path().lexically_relative(directory).string())));
  }
  if (error) return pack_failed("read", directory, error.value());
  GYR_CHECK(packer.end());
  if (::close(target.release()) != 0) return pack_failed("write", archive, errno);
  return {};
}

}  // namespace gyr::plugins::runner
