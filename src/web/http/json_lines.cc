#include "web/http/json_lines.h"

#include <memory>

#include "web/http/answers.h"
#include "web/http/await.h"
#include "web/http/errors.h"
#include "web/http/ion_rows.h"

namespace gyr::web {
namespace {

/// A value that spans lines is kept until it is whole; none that is meant is larger.
constexpr size_t max_row = 16 * 1024 * 1024;

struct Conversion {
  const Services* services;
  base::Loop* loop;
  PieceSource ion;
  std::string pending;  ///< input that is not converted yet
  std::string first;    ///< lines that were made before the answer began
  bool ended = false;
};

/// The lines of what is whole; none where more has to be read first.
base::Result<std::string> convert(Conversion& conversion) {
  const size_t end = conversion.ended ? conversion.pending.size() : conversion.pending.rfind('\n') + 1;
  IonRows rows(std::string_view(conversion.pending).substr(0, end));
  std::string lines;
  for (size_t done = 0;; done = rows.position()) {
    auto row = rows.next();
    const bool cut = !row && rows.at_cut() && !conversion.ended && end - done < max_row;
    if (!row && !cut) return base::fail(bad_argument, "the file is not a list of Ion rows: " + row.error().message());
    if (cut || !*row) {
      conversion.pending.erase(0, cut ? done : end);
      return lines;
    }
    lines += to_json(**row);
    lines += '\n';
  }
}

base::Task<base::Result<std::string>> next_lines(std::shared_ptr<Conversion> conversion) {
  if (!conversion->first.empty()) co_return std::exchange(conversion->first, {});
  while (!conversion->ended) {
    GYR_CO_TRY(std::string piece, co_await conversion->ion());
    conversion->ended = piece.empty();
    conversion->pending += piece;
    GYR_CO_TRY(std::string lines, co_await on_pool<std::string>(&conversion->services->work, conversion->loop,
                                                                [conversion] { return convert(*conversion); }));
    if (!lines.empty()) co_return lines;
  }
  co_return std::string();
}

}  // namespace

base::Task<base::Result<PieceSource>> json_lines(const Services* services, base::Loop* loop, PieceSource ion) {
  auto conversion = std::make_shared<Conversion>(Conversion{services, loop, std::move(ion), {}, {}, false});
  GYR_CO_TRY(std::string first, co_await next_lines(conversion));
  conversion->first = std::move(first);
  co_return PieceSource([conversion] { return next_lines(conversion); });
}

}  // namespace gyr::web
