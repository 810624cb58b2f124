#include "syntax/archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <locale.h>

#include <array>
#include <cerrno>
#include <clocale>
#include <cstring>

#include "base/assert.h"

namespace gyr::syntax {
namespace {

constexpr size_t piece_bytes = 64 * 1024;

/// While an object exists, the names of this thread are in UTF-8, independent of the environment: libarchive converts
/// names from and to the charset of the locale.
class Utf8Names {
 public:
  Utf8Names() : before_(::uselocale(utf8())) {}
  ~Utf8Names() { ::uselocale(before_); }
  Utf8Names(const Utf8Names&) = delete;
  Utf8Names& operator=(const Utf8Names&) = delete;

 private:
  static locale_t utf8() {
    static const locale_t locale = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    GYR_ASSERT(locale != nullptr);  // part of the C library
    return locale;
  }
  locale_t before_;
};

std::string text_of(const char* text) { return text == nullptr ? std::string() : std::string(text); }

std::string problem_of(struct archive* archive) {
  std::string problem = text_of(::archive_error_string(archive));
  return problem.empty() ? std::string("cannot read the archive") : problem;
}

ArchiveEntry::Kind kind_of(struct archive_entry* entry) {
  if (::archive_entry_hardlink(entry) != nullptr) return ArchiveEntry::Kind::hard_link;
  switch (::archive_entry_filetype(entry)) {
    case AE_IFREG: return ArchiveEntry::Kind::file;
    case AE_IFDIR: return ArchiveEntry::Kind::directory;
    case AE_IFLNK: return ArchiveEntry::Kind::symbolic_link;
    default: return ArchiveEntry::Kind::other;
  }
}

}  // namespace

// ---------------------------------------------------------------------------------------------- reading

struct ArchiveReader::State {
  struct Free {
    void operator()(struct archive* archive) const { ::archive_read_free(archive); }
  };
  State(Source from, ArchiveErrors told) : archive(::archive_read_new()), source(std::move(from)), errors(told) {
    GYR_ASSERT(archive != nullptr);
  }

  static la_ssize_t on_read(struct archive* archive, void* self, const void** bytes) {
    State& state = *static_cast<State*>(self);
    auto got = state.source(state.buffer.data(), state.buffer.size());
    if (!got) {
      state.failure = std::move(got.error());
      ::archive_set_error(archive, EIO, "cannot read the bytes of the archive");
      return -1;
    }
    *bytes = state.buffer.data();
    return static_cast<la_ssize_t>(*got);
  }

  std::unexpected<base::Error> damaged() {
    if (failure) return base::fail(*std::exchange(failure, std::nullopt));
    return base::fail(errors.code, fmt::format("{} is damaged: {}", errors.subject, problem_of(archive.get())));
  }

  std::unique_ptr<struct archive, Free> archive;
  Source source;
  std::array<char, piece_bytes> buffer;
  std::optional<base::Error> failure;  // of the source
  ArchiveErrors errors;
  bool opened = false;
};

ArchiveReader::ArchiveReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
ArchiveReader::~ArchiveReader() = default;
ArchiveReader::ArchiveReader(ArchiveReader&&) noexcept = default;

ArchiveReader ArchiveReader::of_zip(std::string_view bytes, ArchiveErrors errors) {
  auto state = std::make_unique<State>(Source(), errors);
  struct archive* archive = state->archive.get();
  ::archive_read_support_format_zip_seekable(archive);
  state->opened = ::archive_read_open_memory(archive, bytes.data(), bytes.size()) == ARCHIVE_OK;
  return ArchiveReader(std::move(state));
}

ArchiveReader ArchiveReader::of_tar(Source source, ArchiveErrors errors) {
  auto state = std::make_unique<State>(std::move(source), errors);
  struct archive* archive = state->archive.get();
  ::archive_read_support_format_tar(archive);
  ::archive_read_support_format_empty(archive);
  state->opened = ::archive_read_open(archive, state.get(), nullptr, &State::on_read, nullptr) == ARCHIVE_OK;
  return ArchiveReader(std::move(state));
}

base::Result<std::optional<ArchiveEntry>> ArchiveReader::next() {
  if (!state_->opened) return state_->damaged();
  const Utf8Names utf8;
  struct archive_entry* found = nullptr;
  const int outcome = ::archive_read_next_header(state_->archive.get(), &found);
  if (outcome == ARCHIVE_EOF) return std::optional<ArchiveEntry>();
  // A warning is about something that is not used here, such as a name in another charset.
  if (outcome != ARCHIVE_OK && outcome != ARCHIVE_WARN) return state_->damaged();
  ArchiveEntry entry;
  entry.kind = kind_of(found);
  entry.name = text_of(::archive_entry_pathname(found));
  entry.link = text_of(entry.kind == ArchiveEntry::Kind::hard_link ? ::archive_entry_hardlink(found)
                                                                   : ::archive_entry_symlink(found));
  if (::archive_entry_size_is_set(found) != 0) entry.size_bytes = static_cast<uint64_t>(::archive_entry_size(found));
  entry.mode = static_cast<uint32_t>(::archive_entry_perm(found));
  entry.encrypted = ::archive_entry_is_encrypted(found) != 0;
  return std::optional<ArchiveEntry>(std::move(entry));
}

base::Result<size_t> ArchiveReader::read(char* into, size_t size) {
  const la_ssize_t got = ::archive_read_data(state_->archive.get(), into, size);
  if (got < 0) return state_->damaged();
  return static_cast<size_t>(got);
}

// ---------------------------------------------------------------------------------------------- writing

struct ArchiveWriter::State {
  struct Free {
    void operator()(struct archive* archive) const { ::archive_write_free(archive); }
  };
  explicit State(base::ErrorCode of) : code(of) {}

  static la_ssize_t on_write(struct archive*, void* self, const void* bytes, size_t size) {
    static_cast<State*>(self)->made.append(static_cast<const char*>(bytes), size);
    return static_cast<la_ssize_t>(size);
  }
  base::Result<void> check(int outcome) {
    if (outcome == ARCHIVE_OK || outcome == ARCHIVE_WARN) return {};
    return base::fail(code, fmt::format("cannot write the archive: {}", problem_of(archive.get())));
  }

  base::ErrorCode code;
  std::string made;
  // The last one: what it still writes when it is freed goes into the others.
  std::unique_ptr<struct archive, Free> archive{::archive_write_new()};
};

ArchiveWriter::ArchiveWriter(Format format, base::ErrorCode code) : state_(std::make_unique<State>(code)) {
  struct archive* archive = state_->archive.get();
  GYR_ASSERT(archive != nullptr);
  if (format == Format::zip) {
    ::archive_write_set_format_zip(archive);
    const int set = ::archive_write_set_options(archive, "zip:compression=deflate,zip:!zip64");
    GYR_ASSERT(set == ARCHIVE_OK);
  } else {
    ::archive_write_set_format_pax_restricted(archive);
  }
  ::archive_write_set_bytes_per_block(archive, 0);
  const int opened = ::archive_write_open(archive, state_.get(), nullptr, &State::on_write, nullptr);
  GYR_ASSERT(opened == ARCHIVE_OK);  // nothing was written yet
}

ArchiveWriter::~ArchiveWriter() = default;
ArchiveWriter::ArchiveWriter(ArchiveWriter&&) noexcept = default;

base::Result<void> ArchiveWriter::begin(const ArchiveEntry& entry) {
  const Utf8Names utf8;
  const std::unique_ptr<struct archive_entry, decltype(&::archive_entry_free)> header(::archive_entry_new(),
                                                                                      &::archive_entry_free);
  GYR_ASSERT(header != nullptr);
  ::archive_entry_copy_pathname(header.get(), entry.name.c_str());
  switch (entry.kind) {
    case ArchiveEntry::Kind::file: ::archive_entry_set_filetype(header.get(), AE_IFREG); break;
    case ArchiveEntry::Kind::directory: ::archive_entry_set_filetype(header.get(), AE_IFDIR); break;
    case ArchiveEntry::Kind::symbolic_link:
      ::archive_entry_set_filetype(header.get(), AE_IFLNK);
      ::archive_entry_copy_symlink(header.get(), entry.link.c_str());
      break;
    case ArchiveEntry::Kind::hard_link:
    case ArchiveEntry::Kind::other: return base::fail(state_->code, "the archive format does not support this entry");
  }
  ::archive_entry_set_perm(header.get(), static_cast<mode_t>(entry.mode));
  ::archive_entry_set_uid(header.get(), entry.user);
  ::archive_entry_set_gid(header.get(), entry.group);
  ::archive_entry_set_mtime(header.get(), entry.modified.seconds, 0);
  if (entry.kind != ArchiveEntry::Kind::file) ::archive_entry_set_size(header.get(), 0);
  if (entry.size_bytes) ::archive_entry_set_size(header.get(), static_cast<la_int64_t>(*entry.size_bytes));
  return state_->check(::archive_write_header(state_->archive.get(), header.get()));
}

base::Result<void> ArchiveWriter::add(std::string_view content) {
  while (!content.empty()) {
    const la_ssize_t written = ::archive_write_data(state_->archive.get(), content.data(), content.size());
    if (written <= 0) return state_->check(ARCHIVE_FATAL);
    content.remove_prefix(static_cast<size_t>(written));
  }
  return {};
}

base::Result<void> ArchiveWriter::end_entry() {
  return state_->check(::archive_write_finish_entry(state_->archive.get()));
}

base::Result<void> ArchiveWriter::finish() { return state_->check(::archive_write_close(state_->archive.get())); }

std::string ArchiveWriter::take() { return std::exchange(state_->made, {}); }

}  // namespace gyr::syntax
