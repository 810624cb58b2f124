// Sources of bytes that are at hand.
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "storage/storage.h"

namespace gyr::storage {
namespace {

class TextSource final : public ByteSource {
 public:
  explicit TextSource(std::string bytes) : bytes_(std::move(bytes)) {}
  base::Result<size_t> read(char* buffer, size_t capacity) override {
    size_t size = std::min(capacity, bytes_.size() - at_);
    std::memcpy(buffer, bytes_.data() + at_, size);
    at_ += size;
    return size;
  }

 private:
  std::string bytes_;
  size_t at_ = 0;
};

class FileSource final : public ByteSource {
 public:
  FileSource(int file, std::string name) : file_(file), name_(std::move(name)) {}
  FileSource(const FileSource&) = delete;
  FileSource& operator=(const FileSource&) = delete;
  ~FileSource() override { ::close(file_); }
  base::Result<size_t> read(char* buffer, size_t capacity) override {
    for (;;) {
      ssize_t size = ::read(file_, buffer, capacity);
      if (size >= 0) return static_cast<size_t>(size);
      if (errno != EINTR)
        return base::fail(storage_failed, fmt::format("cannot read `{}`: {}", name_, std::strerror(errno)));
    }
  }

 private:
  int file_;
  std::string name_;
};

}  // namespace

base::Result<std::optional<std::string>> Storage::take_over(std::string_view, std::string_view,
                                                            const std::filesystem::path&) {
  return std::nullopt;
}

std::unique_ptr<ByteSource> source_of(std::string bytes) { return std::make_unique<TextSource>(std::move(bytes)); }

base::Result<std::unique_ptr<ByteSource>> source_of_file(const std::filesystem::path& file, uint64_t offset) {
  int opened = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (opened < 0 && (errno == ENOENT || errno == ENOTDIR))
    return base::fail(file_not_found, fmt::format("File not found: {}", file.string()));
  if (opened < 0)
    return base::fail(storage_failed, fmt::format("cannot open `{}`: {}", file.string(), std::strerror(errno)));
  auto source = std::make_unique<FileSource>(opened, file.string());
  if (offset > 0 && ::lseek(opened, static_cast<off_t>(offset), SEEK_SET) < 0) {
    return base::fail(storage_failed,
                      fmt::format("cannot read `{}` from byte {}: {}", file.string(), offset, std::strerror(errno)));
  }
  return std::unique_ptr<ByteSource>(std::move(source));
}

}  // namespace gyr::storage
