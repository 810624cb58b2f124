#include "plugins/core/storage/split_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <unordered_map>
#include <utility>

#include "base/text.h"
#include "plugin_api/render.h"

namespace gyr::plugins::core {
namespace {

namespace fs = std::filesystem;

constexpr size_t read_bytes = 256 * 1024;
constexpr size_t piece_buffer_bytes = 64 * 1024;
/// All pieces together hold back so much before it is written.
constexpr size_t all_buffers_bytes = 16ULL * 1024 * 1024;
/// With more pieces than these, what a buffer has grown to is given back each time it has been written.
constexpr size_t max_kept_buffers = 128;

/// A descriptor that closes itself.
class OpenFile {
 public:
  OpenFile() = default;
  OpenFile(const fs::path& path, int flags) : fd_(::open(path.c_str(), flags | O_CLOEXEC, 0644)) {}
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(OpenFile&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~OpenFile() { close(); }
  /// False where what was written may be lost.
  bool close() { return fd_ < 0 || ::close(std::exchange(fd_, -1)) == 0; }
  explicit operator bool() const { return fd_ >= 0; }
  /// How many bytes came, 0 at the end; negative where it failed.
  ssize_t read(char* buffer, size_t capacity) const {
    for (;;) {
      ssize_t count = ::read(fd_, buffer, capacity);
      if (count >= 0 || errno != EINTR) return count;
    }
  }
  bool write(std::string_view bytes) const {
    while (!bytes.empty()) {
      ssize_t count = ::write(fd_, bytes.data(), bytes.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return false;
      bytes.remove_prefix(static_cast<size_t>(count));
    }
    return true;
  }

 private:
  int fd_ = -1;
};

/// The files that are being written. One is open at a time, whatever their number: lines gather in memory.
class Pieces {
 public:
  Pieces(fs::path directory, std::string name, std::string extension)
      : directory_(std::move(directory)), name_(std::move(name)), extension_(std::move(extension)) {}

  base::Result<size_t> add() {
    if (pieces_.size() == max_pieces) {
      return base::fail(
          base::Error(plugin::task_failed, fmt::format("the file would be split into more than {} files", max_pieces))
              .with_hint("increase the number of lines or bytes for each file"));
    }
    pieces_.push_back({directory_ / fmt::format("{}-{}{}", name_, pieces_.size(), extension_), {}, 0});
    return pieces_.size() - 1;
  }
  base::Result<void> write(size_t piece, std::string_view text) {
    Piece& target = pieces_[piece];
    target.size += text.size();
    if (target.buffer.size() + text.size() >= piece_buffer_bytes) {
      GYR_CHECK(flush(piece));
      if (text.size() >= piece_buffer_bytes) return write_out(piece, text);
    }
    target.buffer.append(text);
    buffered_ += text.size();
    if (buffered_ < all_buffers_bytes) return {};
    for (size_t each = 0; each < pieces_.size(); ++each) GYR_CHECK(flush(each));
    return {};
  }
  uint64_t size(size_t piece) const { return pieces_[piece].size; }
  /// The files, without those that got nothing.
  base::Result<std::vector<fs::path>> finish() {
    std::vector<fs::path> made;
    for (size_t piece = 0; piece < pieces_.size(); ++piece) {
      GYR_CHECK(flush(piece));
      if (pieces_[piece].size > 0) made.push_back(pieces_[piece].path);
    }
    if (!file_.close()) return cannot_write(*open_);
    return made;
  }

 private:
  struct Piece {
    fs::path path;
    std::string buffer;
    uint64_t size = 0;
  };
  base::Result<void> flush(size_t piece) {
    std::string& buffer = pieces_[piece].buffer;
    if (buffer.empty()) return {};
    GYR_CHECK(write_out(piece, buffer));
    buffered_ -= buffer.size();
    if (pieces_.size() <= max_kept_buffers) {
      buffer.clear();
    } else {
      buffer = {};
    }
    return {};
  }
  base::Result<void> write_out(size_t piece, std::string_view text) {
    if (open_ != piece) {
      if (!file_.close()) return cannot_write(*open_);
      file_ = OpenFile(pieces_[piece].path, O_WRONLY | O_CREAT | O_APPEND);
      open_ = piece;
    }
    if (!file_ || !file_.write(text)) return cannot_write(piece);
    return {};
  }
  std::unexpected<base::Error> cannot_write(size_t piece) const {
    return base::fail(plugin::task_failed, fmt::format("cannot write the file `{}`: {}",
                                                       pieces_[piece].path.filename().string(), std::strerror(errno)));
  }

  fs::path directory_;
  std::string name_;
  std::string extension_;
  std::vector<Piece> pieces_;
  size_t buffered_ = 0;
  std::optional<size_t> open_;  // the piece of file_
  OpenFile file_;
};

/// Takes the lines of a block in order and distributes them to the pieces. Consecutive lines of the same piece are
/// written together.
class Dealer {
 public:
  Dealer(const SplitPlan& plan, Pieces& pieces)
      : plan_(plan), pieces_(pieces), as_it_came_(plan.separator == plan.line_end) {}

  /// `whole`: the line with what ended it, which is nothing at the end of the file.
  base::Result<void> take(std::string_view whole, bool ended) {
    std::string_view line = whole.substr(0, whole.size() - (ended ? plan_.line_end.size() : 0));
    bool unchanged = as_it_came_ && ended;
    if (plan_.line_end == "\n" && line.ends_with('\r')) {
      line.remove_suffix(1);
      unchanged = false;
    }
    GYR_TRY(auto piece, piece_of(line));
    if (unchanged && piece && piece == run_piece_) {
      run_ = std::string_view(run_.data(), run_.size() + whole.size());
      return {};
    }
    GYR_CHECK(end_block());
    if (!piece) return {};
    if (unchanged) {
      run_ = whole;
      run_piece_ = piece;
      return {};
    }
    GYR_CHECK(pieces_.write(*piece, line));
    return pieces_.write(*piece, plan_.separator);
  }
  /// The lines taken so far go away.
  base::Result<void> end_block() {
    if (!run_piece_) return {};
    return pieces_.write(*std::exchange(run_piece_, std::nullopt), std::exchange(run_, {}));
  }

 private:
  base::Result<std::optional<size_t>> piece_of(std::string_view line) {
    if (plan_.bytes) return in_turn(!current_ || size_of(*current_) >= *plan_.bytes);
    if (plan_.partitions) {
      auto number = static_cast<size_t>(lines_++ % *plan_.partitions);
      if (number == made_) {
        GYR_CHECK(pieces_.add());
        made_ += 1;
      }
      return std::optional(number);
    }
    if (plan_.rows) return in_turn(lines_++ % *plan_.rows == 0);
    GYR_TRY(auto groups, plan_.pattern->first_match(line));
    if (groups.size() < 2 || groups[1].data() == nullptr) return std::nullopt;
    auto known = by_group_.find(std::string(groups[1]));
    if (known != by_group_.end()) return std::optional(known->second);
    GYR_TRY(size_t piece, pieces_.add());
    by_group_.emplace(groups[1], piece);
    return std::optional(piece);
  }
  uint64_t size_of(size_t piece) const { return pieces_.size(piece) + (run_piece_ == piece ? run_.size() : 0); }
  base::Result<std::optional<size_t>> in_turn(bool next) {
    if (next) {
      GYR_TRY(current_, pieces_.add());
    }
    return current_;
  }

  const SplitPlan& plan_;
  Pieces& pieces_;
  bool as_it_came_;
  std::string_view run_;  // lines of run_piece_ that are not written yet
  std::optional<size_t> run_piece_;
  uint64_t lines_ = 0;
  size_t made_ = 0;
  std::optional<size_t> current_;
  std::unordered_map<std::string, size_t> by_group_;
};

/// Pieces on their way into storage: each waits for a disk or a network, so several go at a time.
struct Storing {
  plugin::RunContext& context;
  const std::vector<fs::path>& pieces;
  std::vector<std::string> uris;  ///< in order of the pieces
  size_t next = 0;
  std::optional<base::Error> problem = {};
};
constexpr size_t stored_at_once = 8;

base::Task<void> store_pieces(Storing* storing) {
  while (storing->next < storing->pieces.size() && !storing->problem) {
    size_t number = storing->next++;
    const fs::path& piece = storing->pieces[number];
    if (storing->context.cancel_token().cancelled()) {
      storing->problem = base::Error(plugin::task_cancelled, "the task was cancelled before all files were stored");
      co_return;
    }
    auto address = co_await storing->context.files()->store(piece, piece.filename().string());
    if (address) {
      storing->uris[number] = *std::move(address);
    } else {
      storing->problem = address.error();
    }
  }
}

base::Result<std::optional<uint64_t>> positive(std::string_view property, const std::optional<int64_t>& number) {
  if (!number) return std::nullopt;
  if (*number < 1)
    return base::fail(plugin::task_failed, fmt::format("`{}` must be at least 1, not {}", property, *number));
  return std::optional(static_cast<uint64_t>(*number));
}

}  // namespace

base::Result<uint64_t> parse_size(std::string_view text) {
  std::string_view trimmed = base::trim(text);
  double number = 0;
  auto [end, error] = std::from_chars(trimmed.data(), trimmed.data() + trimmed.size(), number);
  std::string unit = base::to_lower_ascii(base::trim(trimmed.substr(static_cast<size_t>(end - trimmed.data()))));
  double factor = 0;
  constexpr std::string_view units[] = {"", "kb", "mb", "gb", "tb"};
  double multiple = 1;
  for (std::string_view known : units) {
    if (unit == known) factor = multiple;
    multiple *= 1024;
  }
  if (error != std::errc() || factor == 0 || !(number > 0) || number * factor > 1e15) {
    return base::fail(base::Error(plugin::task_failed, fmt::format("`{}` is not a size", text))
                          .with_hint("write a size such as `500`, `64KB` or `10MB`"));
  }
  return static_cast<uint64_t>(number * factor);
}

base::Task<base::Result<SplitPlan>> render_split(plugin::RunContext& context, const plugin::SplitRules* rules,
                                                 bool rules_for_items) {
  SplitPlan plan;
  if (rules != nullptr) {
    GYR_CO_TRY(auto bytes, co_await context.render(rules->bytes));
    if (bytes) {
      GYR_CO_TRY(plan.bytes, parse_size(*bytes));
    }
    GYR_CO_TRY(auto partitions, co_await context.render(rules->partitions));
    GYR_CO_TRY(plan.partitions, positive("partitions", partitions));
    GYR_CO_TRY(auto rows, co_await context.render(rules->rows));
    GYR_CO_TRY(plan.rows, positive("rows", rows));
    GYR_CO_TRY(auto pattern, co_await context.render(rules->regex_pattern));
    if (pattern) {
      GYR_CO_TRY(plan.pattern, text::Regex::compile(*pattern));
    }
    GYR_CO_TRY(auto separator, co_await context.render(rules->separator));
    plan.separator = std::move(separator).value_or("\n");
  }
  bool decided = plan.bytes || plan.partitions || plan.rows || plan.pattern;
  if (!decided && !rules_for_items) {
    co_return base::fail(plugin::task_failed, "`bytes`, `partitions`, `rows` or `regexPattern` is required");
  }
  if (!decided) plan.rows = 1;
  if (rules_for_items && !plan.separator.empty()) plan.line_end = plan.separator;
  co_return plan;
}

base::Result<std::vector<fs::path>> split_file(const fs::path& source, const fs::path& directory,
                                               const std::string& name, const std::string& extension,
                                               const SplitPlan& plan) {
  auto unreadable = [] {
    return base::fail(plugin::task_failed, fmt::format("cannot read the file: {}", std::strerror(errno)));
  };
  OpenFile file(source, O_RDONLY);
  if (!file) return unreadable();
  Pieces pieces(directory, name, extension);
  Dealer dealer(plan, pieces);
  std::string text(read_bytes, '\0');
  size_t filled = 0;
  size_t searched = 0;  // no line end begins before it
  for (;;) {
    if (filled == text.size()) text.resize(text.size() * 2);  // one line is longer than that
    ssize_t count = file.read(text.data() + filled, text.size() - filled);
    if (count < 0) return unreadable();
    if (count == 0) break;
    filled += static_cast<size_t>(count);
    const std::string_view block(text.data(), filled);
    size_t begin = 0;
    for (size_t end = block.find(plan.line_end, searched); end != std::string_view::npos;
         end = block.find(plan.line_end, begin)) {
      end += plan.line_end.size();
      GYR_CHECK(dealer.take(block.substr(begin, end - begin), true));
      begin = end;
    }
    GYR_CHECK(dealer.end_block());
    filled -= begin;
    std::memmove(text.data(), text.data() + begin, filled);
    searched = filled - std::min(filled, plan.line_end.size() - 1);
  }
  if (filled > 0) GYR_CHECK(dealer.take(std::string_view(text.data(), filled), false));
  return pieces.finish();
}

base::Task<base::Result<std::vector<std::string>>> split_stored_file(plugin::RunContext& context, std::string uri,
                                                                     SplitPlan plan) {
  plugin::Files* storage = context.files();
  if (storage == nullptr) co_return base::fail(plugin::task_failed, "internal storage is not available");
  GYR_CO_TRY(fs::path directory, storage->working_directory());
  std::string name = base::make_id(context.now()).to_text();
  std::string extension = fs::path(uri).extension().string();
  if (extension.empty() || extension.find('%') != std::string::npos) extension = ".tmp";
  fs::path source = directory / (name + ".source");
  GYR_CO_CHECK(co_await storage->fetch(std::move(uri), source));
  base::Result<std::vector<fs::path>> pieces;
  co_await storage->on_pool([&] {
    pieces = split_file(source, directory, name, extension, plan);
    std::error_code ignored;  // the working directory goes away with the task
    fs::remove(source, ignored);
  });
  if (!pieces) co_return base::fail(pieces.error());
  Storing storing{context, *pieces, std::vector<std::string>(pieces->size())};
  base::TaskScope scope(context.loop());
  for (size_t i = 0; i < stored_at_once; ++i) scope.spawn(store_pieces(&storing));
  co_await scope.join();
  if (storing.problem) co_return base::fail(*std::move(storing.problem));
  co_return std::move(storing.uris);
}

}  // namespace gyr::plugins::core
