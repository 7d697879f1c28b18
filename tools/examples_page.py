"""Write resources/help/examples.html: the example command of every algorithm, for those who work with scripts."""

import html
import os
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "resources" / "help" / "examples.html"
_HEAD = """<!DOCTYPE html>
<html lang="zh-CN">
<head><meta charset="utf-8"><title>一张图工作台 算法示例</title><link rel="stylesheet" href="help.css"></head>
<body>
<h1>算法示例</h1>
<nav><a href="index.html">返回使用帮助</a></nav>
<p>供熟悉命令行和脚本的同事使用；日常工作用“一张图”窗口即可。<code>tools/process</code> 是源代码中的启动脚本，
装好插件后用 QGIS 自带的 <code>qgis_process</code> 代替。没有选择平台账号或签名密钥时，
分别取环境变量 ONEMAP_TOKEN、ONEMAP_BAG_KEY，解开加密的汇交包取 ONEMAP_BAG_IDENTITY。</p>
<p>Python 控制台中：<code>processing.run("onemap:算法名", {"参数": "值"})</code>，参数名与下面相同。</p>
"""


def page(algorithms):
    """The page as text."""
    parts = [_HEAD]
    for algorithm in algorithms:
        parts.append(f'<h2 id="{algorithm.name()}">{html.escape(algorithm.displayName())}（{algorithm.name()}）</h2>\n')
        parts.append(
            f"<p>{html.escape(algorithm.shortDescription())}</p>\n<pre>{html.escape(algorithm.example())}</pre>\n"
        )
    return "".join([*parts, "</body>\n</html>\n"])


def current():
    """The page that the algorithms make now, in Chinese."""
    from qgis.PyQt.QtCore import QCoreApplication, QTranslator

    translator = QTranslator()
    translator.load(str(ROOT / "i18n" / "onemap_zh_CN.qm"))
    QCoreApplication.installTranslator(translator)
    try:
        from onemap.processing_algs.provider import algorithm_classes

        return page([kind() for kind in algorithm_classes()])
    finally:
        QCoreApplication.removeTranslator(translator)


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    own = tempfile.TemporaryDirectory()
    os.environ["TMPDIR"] = own.name  # what QGIS leaves behind goes with it
    os.symlink(ROOT, Path(own.name) / "onemap")
    sys.path.insert(0, own.name)
    from qgis.core import QgsApplication

    app = QgsApplication([], False)
    QgsApplication.initQgis()
    PAGE.write_text(current(), encoding="utf-8")
    sys.stdout.flush()
    own.cleanup()
    os._exit(0)
