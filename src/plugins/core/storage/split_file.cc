#include "plugins/core/storage/split_file.h"

#include <charconv>
#include <fstream>
#include <unordered_map>

#include "base/text.h"
#include "plugin/render.h"

namespace gyr::plugins::core {
namespace {

namespace fs = std::filesystem;

constexpr size_t read_bytes = 256 * 1024;
constexpr size_t piece_buffer_bytes = 64 * 1024;
/// All pieces together hold back so much before it is written.
constexpr size_t all_buffers_bytes = 64ULL * 1024 * 1024;

/// The files that are being written. Few are open at a time, whatever their number: lines gather in memory.
class Pieces {
 public:
  Pieces(fs::path directory, std::string name, std::string extension)
      : directory_(std::move(directory)), name_(std::move(name)), extension_(std::move(extension)) {}

  base::Result<size_t> add() {
    if (pieces_.size() == most_pieces) {
      return base::fail(base::Error(plugin::task_failed, fmt::format("the file makes more than {} pieces", most_pieces))
                            .with_hint("take more lines a piece"));
    }
    pieces_.push_back({directory_ / fmt::format("{}-{}{}", name_, pieces_.size(), extension_), {}, 0});
    return pieces_.size() - 1;
  }
  base::Result<void> write(size_t piece, std::string_view line, std::string_view separator) {
    Piece& target = pieces_[piece];
    size_t before = target.buffer.size();
    target.buffer.append(line).append(separator);
    target.size += target.buffer.size() - before;
    buffered_ += target.buffer.size() - before;
    if (target.buffer.size() >= piece_buffer_bytes) return flush(target);
    if (buffered_ < all_buffers_bytes) return {};
    for (Piece& each : pieces_) GYR_CHECK(flush(each));
    return {};
  }
  uint64_t size(size_t piece) const { return pieces_[piece].size; }
  /// The files, without those that got nothing.
  base::Result<std::vector<fs::path>> finish() {
    std::vector<fs::path> made;
    for (Piece& piece : pieces_) {
      GYR_CHECK(flush(piece));
      if (piece.size > 0) made.push_back(piece.path);
    }
    return made;
  }

 private:
  struct Piece {
    fs::path path;
    std::string buffer;
    uint64_t size = 0;
  };
  base::Result<void> flush(Piece& piece) {
    if (piece.buffer.empty()) return {};
    std::ofstream file(piece.path, std::ios::binary | std::ios::app);
    file.write(piece.buffer.data(), static_cast<std::streamsize>(piece.buffer.size()));
    file.close();
    if (!file) return base::fail(plugin::task_failed, fmt::format("cannot write the file `{}`", piece.path.filename().string()));
    buffered_ -= piece.buffer.size();
    piece.buffer = {};
    return {};
  }

  fs::path directory_;
  std::string name_;
  std::string extension_;
  std::vector<Piece> pieces_;
  size_t buffered_ = 0;
};

/// Tells the piece of each line.
class Dealer {
 public:
  Dealer(const SplitPlan& plan, Pieces& pieces) : plan_(plan), pieces_(pieces) {}

  base::Result<void> take(std::string_view line) {
    GYR_TRY(auto piece, piece_of(line));
    if (!piece) return {};
    return pieces_.write(*piece, line, plan_.separator);
  }

 private:
  base::Result<std::optional<size_t>> piece_of(std::string_view line) {
    if (plan_.bytes) return in_turn(!current_ || pieces_.size(*current_) >= *plan_.bytes);
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
  base::Result<std::optional<size_t>> in_turn(bool next) {
    if (next) {
      GYR_TRY(current_, pieces_.add());
    }
    return current_;
  }

  const SplitPlan& plan_;
  Pieces& pieces_;
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
      storing->problem = base::Error(plugin::task_cancelled, "ended before all pieces were stored");
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
  if (*number < 1) return base::fail(plugin::task_failed, fmt::format("`{}` must be at least 1, not {}", property, *number));
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
    return base::fail(base::Error(plugin::task_failed, fmt::format("`{}` is no size", text)).with_hint("sizes look like `500`, `64KB` or `10MB`"));
  }
  return static_cast<uint64_t>(number * factor);
}

base::Task<base::Result<SplitPlan>> render_split(plugin::RunContext& context, const plugin::SplitRules* rules, bool rules_for_items) {
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
      GYR_CO_TRY(plan.pattern, expression::Regex::compile(*pattern));
    }
    GYR_CO_TRY(auto separator, co_await context.render(rules->separator));
    plan.separator = std::move(separator).value_or("\n");
  }
  bool decided = plan.bytes || plan.partitions || plan.rows || plan.pattern;
  if (!decided && !rules_for_items) {
    co_return base::fail(plugin::task_failed, "one of `bytes`, `partitions`, `rows` and `regexPattern` must say how the file is cut");
  }
  if (!decided) plan.rows = 1;
  if (rules_for_items && !plan.separator.empty()) plan.line_end = plan.separator;
  co_return plan;
}

base::Result<std::vector<fs::path>> split_file(const fs::path& source, const fs::path& directory, const std::string& name,
                                               const std::string& extension, const SplitPlan& plan) {
  std::ifstream file(source, std::ios::binary);
  if (!file) return base::fail(plugin::task_failed, "cannot read the file");
  Pieces pieces(directory, name, extension);
  Dealer dealer(plan, pieces);
  auto take = [&](std::string_view line) {
    if (plan.line_end == "\n" && line.ends_with('\r')) line.remove_suffix(1);
    return dealer.take(line);
  };
  std::string text;
  std::string buffer(read_bytes, '\0');
  size_t searched = 0;  // no line end begins before it
  while (file) {
    file.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
    text.append(buffer, 0, static_cast<size_t>(file.gcount()));
    size_t begin = 0;
    for (size_t end = text.find(plan.line_end, searched); end != std::string::npos; end = text.find(plan.line_end, begin)) {
      GYR_CHECK(take(std::string_view(text).substr(begin, end - begin)));
      begin = end + plan.line_end.size();
    }
    text.erase(0, begin);
    searched = text.size() - std::min(text.size(), plan.line_end.size() - 1);
  }
  if (!text.empty()) GYR_CHECK(take(text));
  return pieces.finish();
}

base::Task<base::Result<std::vector<std::string>>> split_stored_file(plugin::RunContext& context, std::string uri, SplitPlan plan) {
  plugin::Files* storage = context.files();
  if (storage == nullptr) co_return base::fail(plugin::task_failed, "there is no internal storage here");
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
