// `gyr cron next`: shows the dates of a cron expression (TRIG-40 to TRIG-49).
#include <charconv>

#include "base/text.h"
#include "cli/batch.h"
#include "cli/command.h"
#include "cli/errors.h"
#include "model/cron_dates.h"
#include "syntax/json.h"
#include "syntax/time.h"

namespace gyr::cli {
namespace {

using base::Value;

/// More dates than this are of no use.
constexpr int64_t max_dates = 1'000'000;

/// What is to be computed.
struct Question {
  std::string expression;
  std::string zone = "UTC";
  base::Instant from;
  int64_t count = 5;
  bool previous = false;
};

base::Result<model::CronDates> dates_of(const Question& question) {
  std::string_view text = base::trim(question.expression);
  size_t fields = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    bool begins = text[i] != ' ' && text[i] != '\t' && (i == 0 || text[i - 1] == ' ' || text[i - 1] == '\t');
    fields += begins ? 1 : 0;
  }
  auto cron = model::parse_cron(question.expression, fields == 6);
  if (!cron)
    return base::fail(model::invalid_cron,
                      fmt::format("invalid cron expression '{}': {}", question.expression, cron.error().message()));
  GYR_TRY(auto zone, text::Zone::find(question.zone));
  return model::CronDates(*cron, zone);
}

/// Calls `use` for each date until it returns false or there are no more dates.
template <class Use>
void each_date(const model::CronDates& dates, const Question& question, Use use) {
  base::Instant from = question.from;
  for (int64_t i = 0; i < question.count; ++i) {
    auto tick = question.previous ? dates.shown_previous(from) : dates.next(from);
    if (!tick || !use(dates.text_of(*tick))) return;
    from = *tick;
  }
}

base::Result<int64_t> read_count(std::string_view text) {
  int64_t count = 0;
  auto read = std::from_chars(text.data(), text.data() + text.size(), count);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size() || count < 1 || count > max_dates) {
    return base::fail(base::Error(wrong_usage, fmt::format("`{}` is not a valid value for `--count`", text))
                          .with_hint(fmt::format("use a number from 1 to {}", max_dates)));
  }
  return count;
}

class CronNextCommand final : public Command {
 public:
  void declare(Arguments& arguments) override {
    arguments.optional_positional("EXPRESSION", expression_, "cron expression in quotes: '0 9 * * MON-FRI'");
    arguments.option("--zone", "ZONE", zone_, "time zone such as Europe/Paris or +02:00 (default: UTC)");
    arguments.option("--from", "TIME", from_, "start time, such as 2024-03-01T00:00:00Z (default: now)");
    arguments.option("--count", "N", count_, "number of dates (default: 5)");
    arguments.flag("--previous", previous_, "show earlier dates instead of later ones");
    arguments.option(
        "--batch", "FILE", batch_,
        "evaluate JSON lines {\"id\", \"expression\", \"zone\", \"from\", \"direction\", \"count\"}; `-` reads "
        "standard input");
    arguments.flag("--json", json_, "print {\"expression\", \"zone\", \"dates\"}");
  }

  int run(Session& session) override {
    if (batch_) {
      if (expression_ || zone_ || from_ || count_ || previous_) {
        return session.fail(base::Error(wrong_usage, "cannot combine `--batch` with EXPRESSION or other options")
                                .with_hint("put the options in each line of the batch"));
      }
      return run_batch(session, *batch_,
                       [&session](const base::Result<Value>& line) { return answer_line(line, session.clock); });
    }
    auto question = read(session.clock);
    if (!question) return session.fail(question.error());
    auto dates = dates_of(*question);
    if (!dates) {
      session.fail(dates.error());
      return exit_usage;  // the expression or the zone is a wrong argument
    }
    if (json_) {
      base::ListBuilder list;
      each_date(*dates, *question, [&](const std::string& date) {
        list.push(Value::string(date));
        return true;
      });
      session.console.out.write(syntax::write_json(Value::map({{"expression", Value::string(question->expression)},
                                                               {"zone", Value::string(question->zone)},
                                                               {"dates", list.build()}})) +
                                '\n');
      return exit_ok;
    }
    size_t shown = 0;
    each_date(*dates, *question, [&](const std::string& date) {
      ++shown;
      session.console.out.write(date + '\n');
      return session.console.out.failure() == 0;
    });
    if (shown == 0)
      session.warn(fmt::format("no date within 100 years {} {}", question->previous ? "before" : "after",
                               dates->text_of(question->from)));
    return exit_ok;
  }

 private:
  base::Result<Question> read(const base::Clock& clock) const {
    if (!expression_) {
      return base::fail(base::Error(wrong_usage, "EXPRESSION is missing")
                            .with_hint("for example: gyr cron next '0 9 * * MON-FRI' --zone Europe/Paris"));
    }
    Question question{.expression = *expression_, .from = clock.now(), .previous = previous_};
    if (zone_) question.zone = *zone_;
    if (count_) {
      GYR_TRY(question.count, read_count(*count_));
    }
    if (from_) {
      auto from = syntax::parse_instant(*from_);
      if (!from)
        return base::fail(base::Error(wrong_usage, fmt::format("--from: {}", from.error().message()))
                              .with_hint("for example 2024-03-01T00:00:00Z"));
      question.from = *from;
    }
    return question;
  }

  static base::Result<Value> dates_of_line(const Value& line, const base::Clock& clock) {
    Question question{.from = clock.now()};
    auto text = [&](std::string_view name, std::string& target) -> base::Result<void> {
      Value value = member(line, name);
      if (value.is_null()) return {};
      if (!value.is_string()) return base::fail(bad_batch_line, fmt::format("`{}` is not a string", name));
      target = value.text();
      return {};
    };
    if (!member(line, "expression").is_string())
      return base::fail(bad_batch_line, "`expression` is missing or is not a string");
    std::string from, direction = "next";
    GYR_CHECK(text("expression", question.expression));
    GYR_CHECK(text("zone", question.zone));
    GYR_CHECK(text("from", from));
    GYR_CHECK(text("direction", direction));
    if (direction != "next" && direction != "previous")
      return base::fail(bad_batch_line, "`direction` is neither `next` nor `previous`");
    question.previous = direction == "previous";
    if (!from.empty()) {
      GYR_TRY(question.from, syntax::parse_instant(from));
    }
    if (Value count = member(line, "count"); !count.is_null()) {
      if (!count.is_integer() || count.as_integer() < 1 || count.as_integer() > max_dates) {
        return base::fail(bad_batch_line, fmt::format("`count` is not a number from 1 to {}", max_dates));
      }
      question.count = count.as_integer();
    }
    GYR_TRY(auto dates, dates_of(question));
    base::ListBuilder list;
    each_date(dates, question, [&](const std::string& date) {
      list.push(Value::string(date));
      return true;
    });
    return list.build();
  }

  static Value answer_line(const base::Result<Value>& line, const base::Clock& clock) {
    base::Result<Value> dates = line ? dates_of_line(*line, clock) : base::fail(line.error());
    return Value::map({{"id", line ? member(*line, "id") : Value()},
                       {"ok", Value::boolean(dates.has_value())},
                       {"dates", dates ? *dates : Value()},
                       {"error", dates ? Value() : Value::string(dates.error().message())}});
  }

  std::optional<std::string> expression_, zone_, from_, count_, batch_;
  bool previous_ = false;
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_cron_next() { return std::make_unique<CronNextCommand>(); }

}  // namespace gyr::cli
