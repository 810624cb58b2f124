#include <gtest/gtest.h>

#include <thread>

#include "base/cancel.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/id.h"
#include "base/loop.h"
#include "base/markup.h"
#include "base/one_shot.h"
#include "base/task.h"
#include "base/text.h"

namespace gyr::base {
namespace {

TEST(Id, TextRoundTripsAndKeepsOrder) {  // EXEC-1
  Id previous;
  IdGenerator ids(Instant::of_millis(1'700'000'000'000), 1, 2);
  for (int i = 0; i < 10'000; ++i) {
    Id id = ids.next();
    EXPECT_LT(previous, id);
    EXPECT_LT(previous.to_text(), id.to_text());
    EXPECT_EQ(id.to_text().size(), 22u);
    EXPECT_EQ(Id::parse(id.to_text()), id);
    previous = id;
  }
  EXPECT_EQ(previous.made_at().to_millis() - 1'700'000'000'000, 2);  // 4,096 ids a millisecond
}

TEST(Id, CarriesASlot) {  // FLOW-3, EXEC-1
  IdGenerator ids(Instant::of_millis(1'700'000'000'000), 1, 2);
  for (uint16_t slot : {uint16_t{0}, uint16_t{1}, uint16_t{512}, uint16_t{1023}}) {
    const Id plain = ids.next();
    EXPECT_FALSE(plain.slot());
    const Id id = plain.with_slot(slot);
    EXPECT_EQ(id.slot(), slot);
    EXPECT_EQ(id.with_slot(7).slot(), 7);
    EXPECT_EQ(id.with_slot(7).with_slot(slot), id);
    EXPECT_EQ(id.made_at(), plain.made_at());
    EXPECT_EQ(Id::parse(id.to_text()), id);
    EXPECT_EQ(id.to_text().size(), 22u);
    EXPECT_LT(id, ids.next().with_slot(0)) << "ids of one generator keep their order";
  }
}

TEST(Id, GeneratorRepeats) {
  IdGenerator a(Instant::of_millis(5), 0, 0);
  IdGenerator b(Instant::of_millis(5), 0, 0);
  EXPECT_EQ(a.next(), b.next());
  EXPECT_NE(a.next(), a.next());
}

TEST(Id, RefusesInvalidIds) {
  for (const char* text : {"", "7n42DGM5Tflk9n8mt7Fhc8", "abc-", "00000000000000000000001x1", "a b", "é"}) {
    EXPECT_FALSE(Id::parse(text)) << text;
  }
  EXPECT_EQ(Id::parse("0"), Id{});
  EXPECT_EQ((Id{UINT64_MAX, UINT64_MAX}).to_text(), "7n42DGM5Tflk9n8mt7Fhc7");
}

TEST(Instant, ArithmeticSaturates) {
  EXPECT_EQ(Duration::of_millis(-500), (Duration{-1, 500'000'000}));
  EXPECT_EQ(Duration::of_millis(-500).to_millis(), -500);
  EXPECT_EQ((Duration{5, 600'000'000} + Duration{1, 500'000'000}), (Duration{7, 100'000'000}));
  EXPECT_EQ((Duration{5, 0} - Duration{1, 500'000'000}), (Duration{3, 500'000'000}));
  EXPECT_EQ((Duration{INT64_MAX, 0} + Duration{1, 0}).seconds, INT64_MAX);
  EXPECT_EQ(Duration::of_fraction(1.5), (Duration{1, 500'000'000}));
  EXPECT_EQ(Duration::of_fraction(-0.25).to_millis(), -250);
  EXPECT_EQ(scaled(Duration::of_seconds(2), 2.5), Duration::of_seconds(5));
}

Task<int> add(int a, int b) { co_return a + b; }
Task<int> sum() { co_return co_await add(1, 2) + co_await add(3, 4); }
Task<int> failing() {
  throw std::runtime_error("no");
  co_return 1;
}

TEST(Task, RunsInlineWhenNothingSuspends) {
  EXPECT_EQ(Task<int>::run_inline(sum()), 10);
  EXPECT_THROW(Task<int>::run_inline(failing()), std::runtime_error);
}

Task<int> deep(int n) {
  if (n == 0) co_return 0;
  co_return 1 + co_await deep(n - 1);
}
TEST(Task, AwaitsOthersInTurn) { EXPECT_EQ(Task<int>::run_inline(deep(1000)), 1000); }

Task<void> sleeper(Loop* loop, CancelToken cancel, std::vector<int>* seen, int number, int seconds) {
  bool elapsed = co_await sleep_for(*loop, std::chrono::seconds(seconds), cancel);
  seen->push_back(elapsed ? number : -number);
}

TEST(TaskScope, CancelsAndJoins) {
  ManualLoop loop;
  std::vector<int> seen;
  TaskScope scope(loop);
  scope.spawn(sleeper(&loop, scope.token(), &seen, 1, 5));
  scope.spawn(sleeper(&loop, scope.token(), &seen, 2, 50));
  loop.advance(std::chrono::seconds(10));
  EXPECT_EQ(seen, std::vector<int>{1});
  EXPECT_EQ(scope.running(), 1u);
  scope.cancel();
  loop.run_ready();
  EXPECT_EQ(seen, (std::vector<int>{1, -2}));
  EXPECT_EQ(scope.running(), 0u);
}

Task<void> receive(OneShot<std::string> answer, std::string* out) { *out = co_await answer.wait(); }

TEST(OneShot, DeliversAcrossThreads) {
  ManualLoop loop;
  TaskScope scope(loop);
  std::string out;
  OneShot<std::string> answer(loop);
  scope.spawn(receive(answer, &out));
  std::jthread([answer] { answer.deliver("done"); }).join();
  loop.run_ready();
  EXPECT_EQ(out, "done");
  OneShot<std::string> early(loop);
  early.deliver("early");
  scope.spawn(receive(early, &out));
  EXPECT_EQ(out, "early");
}

TEST(Cancel, CallsBackOnceAndAtOnceWhenLate) {
  CancelSource source;
  int calls = 0;
  auto registration = source.token().on_cancel([&] { calls += 1; });
  {
    auto dropped = source.token().on_cancel([&] { calls += 100; });
  }
  source.cancel();
  source.cancel();
  EXPECT_EQ(calls, 1);
  auto late = source.token().on_cancel([&] { calls += 10; });
  EXPECT_EQ(calls, 11);
  EXPECT_FALSE(CancelToken().cancelled());
}

TEST(Text, FindsInvalidUtf8) {
  EXPECT_FALSE(find_invalid_utf8("añ€😀"));
  EXPECT_EQ(find_invalid_utf8("ab\xC0\x80"), 2u);
  EXPECT_EQ(find_invalid_utf8("\xED\xA0\x80"), 0u);
  EXPECT_EQ(find_invalid_utf8("a\xF0\x9F\x98"), 1u);
  EXPECT_EQ(repair_utf8("a\xFFz"), "a\xEF\xBF\xBDz");
  EXPECT_EQ(code_points("añ€😀"), 4u);
}

TEST(Text, MarkupBecomesText) {  // UI-1155
  EXPECT_EQ(escape_markup("<a href=\"x\" title='y'>&amp;</a>"),
            "&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;amp;&lt;/a&gt;");
  EXPECT_EQ(escape_markup(""), "");
}

TEST(Text, Base64) {
  for (std::string text : {"", "f", "fo", "foo", "foob", "fooba", "foobar"}) {
    EXPECT_EQ(base64_decode(base64_encode(text)), text);
  }
  EXPECT_EQ(base64_encode("foobar"), "Zm9vYmFy");
  EXPECT_EQ(base64_decode("Zm9v\nYg==", true), "foob");
  EXPECT_FALSE(base64_decode("Zm9v\nYg=="));
  EXPECT_FALSE(base64_decode("Zm9vY"));
  EXPECT_FALSE(base64_decode("Zm=v"));
  EXPECT_FALSE(base64_decode("Zm9vYg==="));
}

TEST(Text, NearestSuggestsWhatWasMeant) {
  std::vector<std::string_view> names = {"retry", "timeout", "runIf", "tasks", "id"};
  EXPECT_EQ(nearest("retries", names), "retry");
  EXPECT_EQ(nearest("tiemout", names), "timeout");
  EXPECT_EQ(nearest("runif", names), "runIf");
  EXPECT_FALSE(nearest("banana", names));
  EXPECT_FALSE(nearest("", names));
}

TEST(Hash, OfTextsIsTheSameForEver) {  // slots of flows, fingerprints of triggers and keys of states are stored
  EXPECT_EQ(fnv1a(""), 0xCBF2'9CE4'8422'2325ULL);
  EXPECT_EQ(fnv1a("a"), 0xAF63'DC4C'8601'EC8CULL);
  EXPECT_EQ(fnv1a("foobar"), 0x8594'4171'F739'67E8ULL);
  EXPECT_EQ(fnv1a("bar", fnv1a("foo")), fnv1a("foobar"));
  EXPECT_EQ(fnv1a("\xFF"), (fnv1a_start ^ 0xFF) * 0x0000'0100'0000'01B3ULL) << "bytes, not signed characters";
}

}  // namespace
}  // namespace gyr::base
