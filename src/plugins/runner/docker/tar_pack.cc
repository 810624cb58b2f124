#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstring>

#include "base/log.h"
#include "plugins/runner/docker/tar.h"
#include "process/fd.h"

namespace gyr::plugins::runner {
namespace {

namespace fs = std::filesystem;

/// What an octal field of 11 digits holds.
constexpr uint64_t max_octal_size = (uint64_t(1) << 33) - 1;

std::unexpected<base::Error> pack_failed(std::string_view what, const fs::path& path, int error) {
  return base::fail(container_files, fmt::format("cannot {} `{}`: {}", what, path.string(), std::strerror(error)));
}

void put_octal(char* field, size_t size, uint64_t number) {
  for (size_t at = size - 1; at-- > 0; number >>= 3) field[at] = static_cast<char>('0' + (number & 7));
}

/// Writes the archive of one directory.
class Packer {
 public:
  Packer(int target, const fs::path& archive, TarOwner owner) : target_(target), archive_(archive), owner_(owner) {}

  base::Result<void> header(std::string name, char type, uint32_t mode, uint64_t size, const std::string& link) {
    std::string records;
    if (name.size() > 100) records += record("path", name);
    if (link.size() > 100) records += record("linkpath", link);
    if (size > max_octal_size) records += record("size", std::to_string(size));
    if (!records.empty()) {
      GYR_CHECK(block("././@PaxHeader", 'x', 0644, records.size(), ""));
      GYR_CHECK(write(records));
      GYR_CHECK(pad(records.size()));
    }
    return block(name, type, mode, size, link);
  }

  base::Result<void> file(const fs::path& path, const std::string& name) {
    process::UniqueFd source(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    struct stat status;
    if (source.get() < 0 || ::fstat(source.get(), &status) != 0) return pack_failed("read", path, errno);
    const auto size = static_cast<uint64_t>(status.st_size);
    GYR_CHECK(header(name, '0', status.st_mode & 07777, size, ""));
    std::string buffer(256 * 1024, '\0');
    for (uint64_t left = size; left > 0;) {
      ssize_t got = ::read(source.get(), buffer.data(), static_cast<size_t>(std::min<uint64_t>(left, buffer.size())));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return pack_failed("read", path, errno);
      if (got == 0)
        return base::fail(container_files, fmt::format("`{}` became shorter while it was being sent", path.string()));
      GYR_CHECK(write(std::string_view(buffer.data(), static_cast<size_t>(got))));
      left -= static_cast<uint64_t>(got);
    }
    return pad(size);
  }

  base::Result<void> end() { return write(std::string(2 * tar_block_bytes, '\0')); }

 private:
  /// `LENGTH KEY=VALUE\n`, where LENGTH counts itself.
  static std::string record(std::string_view key, const std::string& value) {
    const size_t rest = key.size() + value.size() + 3;
    size_t length = rest + 1;
    while (std::to_string(length).size() + rest != length) ++length;
    return fmt::format("{} {}={}\n", length, key, value);
  }

  base::Result<void> block(const std::string& name, char type, uint32_t mode, uint64_t size, const std::string& link) {
    std::array<char, tar_block_bytes> bytes{};
    std::memcpy(bytes.data(), name.data(), std::min<size_t>(name.size(), 100));
    put_octal(bytes.data() + 100, 8, mode);
    put_octal(bytes.data() + 108, 8, std::min<uint32_t>(owner_.user, 07777777));
    put_octal(bytes.data() + 116, 8, std::min<uint32_t>(owner_.group, 07777777));
    put_octal(bytes.data() + 124, 12, size > max_octal_size ? 0 : size);
    put_octal(bytes.data() + 136, 12, 0);
    std::memset(bytes.data() + 148, ' ', 8);
    bytes[156] = type;
    std::memcpy(bytes.data() + 157, link.data(), std::min<size_t>(link.size(), 100));
    std::memcpy(bytes.data() + 257, "ustar\00000", 8);
    uint64_t sum = 0;
    for (char byte : bytes) sum += static_cast<unsigned char>(byte);
    put_octal(bytes.data() + 148, 7, sum);
    return write(std::string_view(bytes.data(), bytes.size()));
  }

  base::Result<void> pad(uint64_t size) {
    return write(std::string((tar_block_bytes - size % tar_block_bytes) % tar_block_bytes, '\0'));
  }

  base::Result<void> write(std::string_view bytes) {
    while (!bytes.empty()) {
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
};

base::Result<void> pack_entry(Packer& packer, const fs::directory_entry& entry, const std::string& name) {
  std::error_code error;
  const fs::file_status status = entry.symlink_status(error);
  const auto mode = static_cast<uint32_t>(status.permissions()) & 07777;
  if (error) return pack_failed("read", entry.path(), error.value());
  switch (status.type()) {
    case fs::file_type::directory: return packer.header(name + "/", '5', mode, 0, "");
    case fs::file_type::symlink: {
      const fs::path target = fs::read_symlink(entry.path(), error);
      if (error) return pack_failed("read", entry.path(), error.value());
      return packer.header(name, '2', 0777, 0, target.string());
    }
    case fs::file_type::regular: return packer.file(entry.path(), name);
    default: return {};  // sockets, pipes and devices mean nothing elsewhere
  }
}

}  // namespace

base::Result<void> pack_directory(const fs::path& directory, const fs::path& archive, TarOwner owner,
                                  std::string_view folder) {
  process::UniqueFd target(::open(archive.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (target.get() < 0) return pack_failed("write", archive, errno);
  Packer packer(target.get(), archive, owner);
  GYR_CHECK(packer.header(fmt::format("{}/", folder), '5', 0777, 0, ""));
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
