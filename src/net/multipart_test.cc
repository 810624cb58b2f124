#include "net/multipart.h"

#include <gtest/gtest.h>

#include <random>

namespace gyr::net {
namespace {

using namespace std::string_literals;

/// A body in pieces of the given sizes (the last size repeated); optionally fails after the last piece.
class PiecesBody final : public BodyReader {
 public:
  PiecesBody(std::string bytes, std::vector<size_t> sizes, bool fail = false)
      : bytes_(std::move(bytes)), sizes_(std::move(sizes)), fail_(fail) {}
  base::Task<base::Result<std::string>> next() override {
    if (at_ == bytes_.size() && fail_) co_return base::fail(client_gone, "expected by the test");
    size_t size = sizes_[std::min(next_++, sizes_.size() - 1)];
    std::string piece = bytes_.substr(at_, size);
    at_ += piece.size();
    co_return piece;
  }

 private:
  std::string bytes_;
  std::vector<size_t> sizes_;
  bool fail_;
  size_t at_ = 0;
  size_t next_ = 0;
};

struct Sink {
  static base::Task<base::Result<std::string>> keep(PartHead, std::unique_ptr<BodyReader> content) {
    return read(std::move(content));
  }
  static base::Task<base::Result<std::string>> read(std::unique_ptr<BodyReader> content) {
    co_return co_await content->all(1ULL << 30);
  }
  static base::Task<base::Result<std::string>> ignore(PartHead head, std::unique_ptr<BodyReader>) {
    co_return "ignored " + *head.file_name;
  }
  static base::Task<base::Result<std::string>> refuse(PartHead, std::unique_ptr<BodyReader>) {
    co_return base::fail(local_file_failed, "the disk is full");
  }
};

base::Result<std::vector<FormEntry>> parse(const std::string& body, std::vector<size_t> sizes = {1 << 20},
                                           MultipartLimits limits = {}, FileSink sink = &Sink::keep,
                                           bool fail = false) {
  PiecesBody reader(body, std::move(sizes), fail);
  auto result =
      base::Task<base::Result<std::vector<FormEntry>>>::run_inline(read_multipart(&reader, "XX", limits, sink));
  return std::move(*result);
}

std::string show(const base::Result<std::vector<FormEntry>>& form) {
  if (!form) return std::string(form.error().code().text);
  std::string out;
  for (const auto& entry : *form) {
    out += fmt::format("[{}={}|{}|{}]", entry.name, entry.value, entry.file_name.value_or("-"), entry.content_type);
  }
  return out;
}

std::string part(std::string_view disposition, std::string_view content, std::string_view more = "") {
  return fmt::format("--XX\r\nContent-Disposition: form-data; {}\r\n{}\r\n{}\r\n", disposition, more, content);
}

const std::string sample =
    part("name=\"a\"", "1") +
    part("name=\"f\"; filename=\"x.txt\"", "file\r\n--XY\r\n-\r--X", "Content-Type: text/x\r\n") +
    part("name=empty", "") + part("name=\"a\"", "zwei ä\r\n") + "--XX--\r\n";
constexpr std::string_view sample_shown = "[a=1|-|][f=file\r\n--XY\r\n-\r--X|x.txt|text/x][empty=|-|][a=zwei ä\r\n|-|]";

TEST(Multipart, ReadsFieldsAndFilesInOrder) { EXPECT_EQ(show(parse(sample)), sample_shown); }

TEST(Multipart, DoesNotCareHowTheBodyIsCut) {
  for (size_t size = 1; size < 100; ++size) EXPECT_EQ(show(parse(sample, {size})), sample_shown) << size;
  std::mt19937 random(11);
  for (int i = 0; i < 500; ++i) {
    std::vector<size_t> sizes;
    for (int n = 0; n < 30; ++n) sizes.push_back(1 + random() % 20);
    EXPECT_EQ(show(parse(sample, sizes)), sample_shown);
  }
}

TEST(Multipart, AcceptsPreambleEpilogueAndPadding) {
  EXPECT_EQ(show(parse("preamble\r\n--XY\r\n--XX \t\r\nContent-Disposition: form-data; "
                       "name=a\r\n\r\n1\r\n--XX--epilogue\r\n--XX\r\n")),
            "[a=1|-|]");
  EXPECT_EQ(show(parse("--XX--")), "");
  EXPECT_EQ(show(parse("\r\n--XX--\r\n")), "");
}

TEST(Multipart, TakesNamesFromWhatBrowsersSend) {
  EXPECT_EQ(show(parse(part("name=\"a\\\"b\"; filename=\"C:\\dir\\file.txt\"", "x") + "--XX--")), "[a\"b=x|file.txt|]");
  EXPECT_EQ(show(parse(part("name=a; filename=\"plain\"; filename*=UTF-8''na%C3%AFve%20file", "x") + "--XX--")),
            "[a=x|naïve file|]");
  EXPECT_EQ(show(parse(part("NAME=a; FileName=\"../../etc/passwd\"", "x") + "--XX--")), "[a=x|passwd|]");
  EXPECT_EQ(show(parse(part("name=a; filename=\"..\"", "x") + "--XX--")), "[a=x||]");
  EXPECT_EQ(show(parse(part("name=a; filename=\"\"", "") + "--XX--")), "[a=||]") << "a file field that was left empty";
  EXPECT_EQ(show(parse(part("name=a; filename=\"\xff\"", "x") + "--XX--")), "[a=x|\xEF\xBF\xBD|]");
  EXPECT_EQ(show(parse("--XX\r\ncontent-DISPOSITION:form-data;name=a\r\nX-Other: y\r\n\r\n1\r\n--XX--")), "[a=1|-|]");
}

TEST(Multipart, SkipsWhatASinkDoesNotRead) {
  EXPECT_EQ(show(parse(sample, {7}, {}, &Sink::ignore)),
            "[a=1|-|][f=ignored x.txt|x.txt|text/x][empty=|-|][a=zwei ä\r\n|-|]");
  EXPECT_EQ(show(parse(sample, {7}, {}, &Sink::refuse)), "GYR-N013");
}

TEST(Multipart, APartReadTooLateFails) {
  PiecesBody body(sample, {5});
  auto kept = std::make_shared<std::unique_ptr<BodyReader>>();
  FileSink sink = [kept](PartHead, std::unique_ptr<BodyReader> content) -> base::Task<base::Result<std::string>> {
    *kept = std::move(content);
    return [](std::string text) -> base::Task<base::Result<std::string>> { co_return text; }("kept");
  };
  auto form = base::Task<base::Result<std::vector<FormEntry>>>::run_inline(read_multipart(&body, "XX", {}, sink));
  ASSERT_TRUE(form && *form);
  auto piece = base::Task<base::Result<std::string>>::run_inline((*kept)->next());
  ASSERT_TRUE(piece);
  EXPECT_FALSE(*piece);
}

TEST(Multipart, RefusesWhatIsMalformed) {
  for (const std::string& body : {
           ""s,
           "no boundary at all"s,
           "--XX"s,
           "--XX-"s,
           "--XX\r"s,
           "--XXjunk\r\n\r\n"s,
           "--XX"s + std::string(100, ' ') + "\r\n\r\n",
           "--XX\r\nContent-Disposition: form-data; name=a"s,
           "--XX\r\nContent-Disposition: form-data; name=a\r\n\r\n"s,
           "--XX\r\nContent-Disposition: form-data; name=a\r\n\r\nno end"s,
           part("name=a", "1"),
           part("name=a", "1") + "--XX",
           part("name=a", "1") + "--XX-",
           "--XX\r\n\r\nno header\r\n--XX--"s,
           "--XX\r\nContent-Type: a\r\n\r\nno disposition\r\n--XX--"s,
           "--XX\r\nContent-Disposition: attachment; name=a\r\n\r\n1\r\n--XX--"s,
           part("filename=a", "1") + "--XX--",
           part("name=\"a", "1") + "--XX--",
           part("name=a; name=b", "1") + "--XX--",
           part("name=\"\xff\"", "1") + "--XX--",
           part("name=\"a\0\""s, "1") + "--XX--",
           part("name=a", "1", "bad header\r\n") + "--XX--",
           part("name=a", "1", "A B: c\r\n") + "--XX--",
           part("name=a", "1", ": c\r\n") + "--XX--",
           part("name=a", "1", "A: c\nd\r\n") + "--XX--",
           part("name=a", "1", "A: c\rd\r\n") + "--XX--",
           part("name=a", "1", "Content-Disposition: form-data; name=b\r\n") + "--XX--",
           part("name=a", "1", "Content-Transfer-Encoding: base64\r\n") + "--XX--",
           part("name=a; filename=\"" + std::string(2000, 'x') + "\"", "1") + "--XX--",
           part("name=a", "\xff not text") + "--XX--",
           std::string(100'000, 'p'),
           "--XX\nContent-Disposition: form-data; name=a\n\n1\n--XX--"s,
       }) {
    for (size_t size : {size_t{1}, size_t{3}, size_t{1 << 20}}) {
      auto form = parse(body, {size});
      ASSERT_FALSE(form) << body << " → " << show(form);
      EXPECT_EQ(form.error().code(), malformed_text) << body << form.error().to_string();
    }
  }
}

TEST(Multipart, HoldsItsLimits) {
  MultipartLimits limits;
  limits.parts = 2;
  std::string two = part("name=a", "1") + part("name=b", "2");
  EXPECT_EQ(show(parse(two + "--XX--", {10}, limits)), "[a=1|-|][b=2|-|]");
  EXPECT_EQ(show(parse(two + part("name=c", "3") + "--XX--", {10}, limits)), "GYR-N016");

  limits = {};
  limits.header_bytes = 100;
  EXPECT_EQ(show(parse(part("name=a", "1", "X: " + std::string(200, 'x') + "\r\n") + "--XX--", {10}, limits)),
            "GYR-N016");
  EXPECT_EQ(show(parse("--XX\r\nX: " + std::string(100'000, 'x'), {1000}, limits)), "GYR-N016") << "an endless header";

  limits = {};
  limits.field_bytes = 10;
  EXPECT_EQ(show(parse(part("name=a", "0123456789") + "--XX--", {3}, limits)), "[a=0123456789|-|]");
  EXPECT_EQ(show(parse(part("name=a", "0123456789x") + "--XX--", {3}, limits)), "GYR-N016");
  limits.all_fields_bytes = 15;
  EXPECT_EQ(show(parse(part("name=a", "01234567") + part("name=b", "01234567") + "--XX--", {3}, limits)), "GYR-N016");

  limits = {};
  limits.file_bytes = 10;
  EXPECT_EQ(show(parse(part("name=a; filename=f", "0123456789") + "--XX--", {3}, limits)), "[a=0123456789|f|]");
  EXPECT_EQ(show(parse(part("name=a; filename=f", "0123456789x") + "--XX--", {3}, limits)), "GYR-N016");
}

TEST(Multipart, AFailingBodyFailsTheForm) {
  for (size_t length = 0; length < sample.size() - 4; length += 7) {
    EXPECT_EQ(show(parse(sample.substr(0, length), {5}, {}, &Sink::keep, true)), "GYR-N014") << length;
  }
}

TEST(Multipart, TheFirstErrorIsFinal) {
  PiecesBody body(part("name=a", "1") + "--XXjunk", {5});
  MultipartReader reader(&body, "XX");
  auto next = [&] {
    return std::move(*base::Task<base::Result<std::optional<PartHead>>>::run_inline(reader.next_part()));
  };
  ASSERT_TRUE(next());
  ASSERT_FALSE(next());
  ASSERT_FALSE(next());
  EXPECT_FALSE(*base::Task<base::Result<std::string>>::run_inline(reader.next_piece()));
}

TEST(Multipart, BoundariesComeFromTheContentType) {
  EXPECT_EQ(multipart_boundary("multipart/form-data; boundary=----WebKitFormBoundaryabc"), "----WebKitFormBoundaryabc");
  EXPECT_EQ(multipart_boundary("Multipart/Form-Data; charset=x; Boundary=\"a b:c\""), "a b:c");
  for (const std::string& bad :
       {""s, "text/plain; boundary=x"s, "multipart/form-data"s, "multipart/form-data; boundary="s,
        "multipart/form-data; boundary=\"\""s, "multipart/form-data; boundary=\"a \""s,
        "multipart/form-data; boundary=\"a\r\nb\""s, "multipart/form-data; boundary=a\0b"s,
        "multipart/form-data; boundary=ä"s, "multipart/form-data; boundary=" + std::string(71, 'x')}) {
    EXPECT_FALSE(multipart_boundary(bad)) << bad;
  }
}

TEST(Multipart, LargeFilesPassInPieces) {
  // 40 MB that look like boundaries nearly everywhere; nothing may be kept.
  std::string block;
  for (int i = 0; i < 10'000; ++i) block += "\r\n--X\r\n-";
  class Large final : public BodyReader {
   public:
    explicit Large(std::string block) : block_(std::move(block)) {}
    base::Task<base::Result<std::string>> next() override {
      int step = step_++;
      if (step == 0) co_return "--XX\r\nContent-Disposition: form-data; name=a; filename=f\r\n\r\n";
      if (step <= 500) co_return block_;
      if (step == 501) co_return "\r\n--XX--";
      co_return std::string();
    }

   private:
    std::string block_;
    int step_ = 0;
  } body(block);
  struct Count {
    static base::Task<base::Result<std::string>> run(std::unique_ptr<BodyReader> content) {
      uint64_t total = 0, most = 0;
      for (;;) {
        auto piece = co_await content->next();
        if (!piece) co_return piece;
        if (piece->empty()) co_return fmt::format("{} {}", total, most <= 100'000);
        total += piece->size();
        most = std::max<uint64_t>(most, piece->size());
      }
    }
  };
  FileSink sink = [](PartHead, std::unique_ptr<BodyReader> content) { return Count::run(std::move(content)); };
  auto form = base::Task<base::Result<std::vector<FormEntry>>>::run_inline(read_multipart(&body, "XX", {}, sink));
  ASSERT_TRUE(form && *form) << form->error().to_string();
  EXPECT_EQ((**form)[0].value, fmt::format("{} true", 500 * block.size()));
}

}  // namespace
}  // namespace gyr::net
