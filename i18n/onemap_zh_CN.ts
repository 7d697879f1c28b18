<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
  <context>
    <name>OneMap</name>
    <message>
      <source> (late)</source>
      <translation>（逾期）</translation>
    </message>
    <message>
      <source>(none)</source>
      <translation>（无）</translation>
    </message>
    <message>
      <source>3-degree zone</source>
      <translation>3度带带号</translation>
    </message>
    <message>
      <source>A report is .xlsx, .docx, .pdf or .html, not {0}</source>
      <translation>报告格式应为 .xlsx、.docx、.pdf 或 .html，不能是 {0}</translation>
    </message>
    <message>
      <source>Add file…</source>
      <translation>添加文件…</translation>
    </message>
    <message>
      <source>Add row</source>
      <translation>添加一行</translation>
    </message>
    <message>
      <source>Add the record layers to the map</source>
      <translation>将填报图层加入地图</translation>
    </message>
    <message>
      <source>Adds the statutory ellipsoidal area (国土调查办发〔2008〕32号) of every polygon: area_m2 (2 decimals), area_ha (4 decimals) and area_mu (2 decimals), rounded half-up.
A layer in CGCS2000 degrees is measured on the 3-degree plane of its centre. The geometry itself is not changed; the area of an invalid polygon is that of its repaired form, and a warning names it.
Example: tools/process run onemap:statutoryarea --INPUT=parcels.gpkg --OUTPUT=with_area.gpkg</source>
      <translation>为每个面计算法定椭球面积（国土调查办发〔2008〕32号）：area_m2（2 位小数）、area_ha（公顷，4 位）、area_mu（亩，2 位），四舍五入。
经纬度图层按其中心所在的 3 度带平面计算。几何本身不改变；无效面按修复后的形状计算并给出警告。
示例：tools/process run onemap:statutoryarea --INPUT=parcels.gpkg --OUTPUT=with_area.gpkg</translation>
    </message>
    <message>
      <source>All periods</source>
      <translation>全部填报期</translation>
    </message>
    <message>
      <source>All states</source>
      <translation>全部状态</translation>
    </message>
    <message>
      <source>Approved</source>
      <translation>已批准</translation>
    </message>
    <message>
      <source>Cache the control lines for later runs</source>
      <translation>为以后的运行缓存控制线</translation>
    </message>
    <message>
      <source>Cached control lines at most</source>
      <translation>控制线缓存上限</translation>
    </message>
    <message>
      <source>Caching control lines</source>
      <translation>正在缓存控制线</translation>
    </message>
    <message>
      <source>Cannot create the output {0}: check that the folder exists and is writable, has room, and the file is not open.</source>
      <translation>无法创建输出 {0}：请检查文件夹存在且可写、磁盘有空间、文件未被打开。</translation>
    </message>
    <message>
      <source>Change selected…</source>
      <translation>批量修改…</translation>
    </message>
    <message>
      <source>Change {0} records</source>
      <translation>修改{0}条记录</translation>
    </message>
    <message>
      <source>Check control lines (3+X)</source>
      <translation>控制线审查（3+X）</translation>
    </message>
    <message>
      <source>Check control lines (3+X)…</source>
      <translation>控制线审查（3+X）…</translation>
    </message>
    <message>
      <source>Check projects against the control lines, or draw a range and see what binds it.</source>
      <translation>对照控制线审查项目用地，或绘制范围查看其管控要求。</translation>
    </message>
    <message>
      <source>Checking the range</source>
      <translation>正在检查范围</translation>
    </message>
    <message>
      <source>Checking…</source>
      <translation>正在检查…</translation>
    </message>
    <message>
      <source>Checks project polygons against the 3+X control lines: permanent basic farmland, ecological redline, urban development boundary, and every other line of the rule set.
Findings are the offending pieces; verdicts hold one row for every project and line: conflict, clear, not_checked (no layer) or failed (layer unreadable). Areas are statutory ellipsoidal areas in m², ha and mu.
CONTROL_LINES may be given several times; MAPPING names layers that the catalogue does not know, as JSON {"layer": "YJJBNT"}. REPORT takes .docx, .xlsx, .pdf or .html, several separated by ";".
Example: tools/process run onemap:checkcontrollines --PROJECTS=projects.gpkg --PROJECT_KEY=XMBH "--CONTROL_LINES=county.gpkg|layername=YJJBNTTB" "--CONTROL_LINES=county.gpkg|layername=STBHHX" --FINDINGS=findings.gpkg --VERDICTS=verdicts.gpkg --REPORT=report.docx</source>
      <translation>将项目用地与“3+X”控制线逐一比对：永久基本农田、生态保护红线、城镇开发边界以及规则集中的其他控制线。
问题图斑为冲突部分的几何；审查结论对每个项目和每条控制线各有一行：conflict 冲突、clear 未冲突、not_checked 未检查（无图层）、failed 读取失败。面积为法定椭球面积，单位 m²、公顷、亩。
CONTROL_LINES 可重复给出；目录中没有的图层名用 MAPPING 指定，如 {"图层名": "YJJBNT"}。REPORT 可为 .docx、.xlsx、.pdf、.html，多个以“;”分隔。
示例：tools/process run onemap:checkcontrollines --PROJECTS=projects.gpkg --PROJECT_KEY=XMBH "--CONTROL_LINES=county.gpkg|layername=YJJBNTTB" "--CONTROL_LINES=county.gpkg|layername=STBHHX" --FINDINGS=findings.gpkg --VERDICTS=verdicts.gpkg --REPORT=report.docx</translation>
    </message>
    <message>
      <source>Choose where the workspace is to be kept.</source>
      <translation>请选择工作空间的保存位置。</translation>
    </message>
    <message>
      <source>City</source>
      <translation>市</translation>
    </message>
    <message>
      <source>Clear</source>
      <translation>未冲突</translation>
    </message>
    <message>
      <source>Click the corners of the range, right-click to finish. Backspace takes a corner back, Esc starts anew.</source>
      <translation>逐点单击绘制范围，右键结束；退格键撤销一点，Esc 重新绘制。</translation>
    </message>
    <message>
      <source>Close</source>
      <translation>关闭</translation>
    </message>
    <message>
      <source>Code</source>
      <translation>编码</translation>
    </message>
    <message>
      <source>Colour a map layer</source>
      <translation>地图着色</translation>
    </message>
    <message>
      <source>Compute</source>
      <translation>计算</translation>
    </message>
    <message>
      <source>Conditional</source>
      <translation>有条件</translation>
    </message>
    <message>
      <source>Conflict</source>
      <translation>冲突</translation>
    </message>
    <message>
      <source>Consultation</source>
      <translation>征求意见</translation>
    </message>
    <message>
      <source>Control line</source>
      <translation>控制线</translation>
    </message>
    <message>
      <source>Control line code</source>
      <translation>控制线代码</translation>
    </message>
    <message>
      <source>Control-line layers</source>
      <translation>控制线图层</translation>
    </message>
    <message>
      <source>Copy from last period</source>
      <translation>沿用上期</translation>
    </message>
    <message>
      <source>Copy table</source>
      <translation>复制表格</translation>
    </message>
    <message>
      <source>Corners of a finished range can be dragged.</source>
      <translation>画完后可拖动拐点。</translation>
    </message>
    <message>
      <source>County</source>
      <translation>县</translation>
    </message>
    <message>
      <source>County code (6 digits)</source>
      <translation>县级行政区代码（6位）</translation>
    </message>
    <message>
      <source>Create a workspace</source>
      <translation>新建工作空间</translation>
    </message>
    <message>
      <source>Deadline</source>
      <translation>截止日期</translation>
    </message>
    <message>
      <source>Decimals of coordinates</source>
      <translation>坐标小数位数</translation>
    </message>
    <message>
      <source>Delete</source>
      <translation>删除</translation>
    </message>
    <message>
      <source>Delete the cache ({0} MB)</source>
      <translation>删除缓存（{0} MB）</translation>
    </message>
    <message>
      <source>Delete {0} records? The audit chain keeps what they held.</source>
      <translation>确定删除{0}条记录？审计链会保留其内容。</translation>
    </message>
    <message>
      <source>Distances</source>
      <translation>距离</translation>
    </message>
    <message>
      <source>Division codes (CSV)</source>
      <translation>行政区代码表（CSV）</translation>
    </message>
    <message>
      <source>Draft</source>
      <translation>草稿</translation>
    </message>
    <message>
      <source>Draw a range and see what binds it</source>
      <translation>绘制范围查看管控要求</translation>
    </message>
    <message>
      <source>Draw a range on the map.</source>
      <translation>请在地图上绘制范围。</translation>
    </message>
    <message>
      <source>Due</source>
      <translation>待办</translation>
    </message>
    <message>
      <source>Due this period</source>
      <translation>本期应报</translation>
    </message>
    <message>
      <source>Edit</source>
      <translation>编辑</translation>
    </message>
    <message>
      <source>Effect</source>
      <translation>管控效力</translation>
    </message>
    <message>
      <source>Encoding</source>
      <translation>编码方式</translation>
    </message>
    <message>
      <source>Ends closer than this are joined [m]</source>
      <translation>端点距离小于此值时连接（米）</translation>
    </message>
    <message>
      <source>Exchange</source>
      <translation>交换</translation>
    </message>
    <message>
      <source>Export boundary-point TXT</source>
      <translation>导出界址点 TXT</translation>
    </message>
    <message>
      <source>Field</source>
      <translation>字段</translation>
    </message>
    <message>
      <source>Field that names the drawing layer</source>
      <translation>图纸图层名字段</translation>
    </message>
    <message>
      <source>Find as you type</source>
      <translation>输入即查</translation>
    </message>
    <message>
      <source>Findings</source>
      <translation>问题图斑</translation>
    </message>
    <message>
      <source>Findings as layer</source>
      <translation>图斑存为图层</translation>
    </message>
    <message>
      <source>Findings of the range</source>
      <translation>范围内问题图斑</translation>
    </message>
    <message>
      <source>First broken row (0 = none)</source>
      <translation>第一处断链的行号（0为无）</translation>
    </message>
    <message>
      <source>Following the range</source>
      <translation>正在跟随范围</translation>
    </message>
    <message>
      <source>Form</source>
      <translation>表单</translation>
    </message>
    <message>
      <source>Geometry from the map</source>
      <translation>从地图取图形</translation>
    </message>
    <message>
      <source>Help</source>
      <translation>帮助</translation>
    </message>
    <message>
      <source>Import boundary-point TXT</source>
      <translation>导入界址点 TXT</translation>
    </message>
    <message>
      <source>Land use</source>
      <translation>用地</translation>
    </message>
    <message>
      <source>Land-use layer</source>
      <translation>地类图层</translation>
    </message>
    <message>
      <source>Layer</source>
      <translation>图层</translation>
    </message>
    <message>
      <source>Layer failed</source>
      <translation>读取失败</translation>
    </message>
    <message>
      <source>Layers and their control lines</source>
      <translation>图层与控制线对应</translation>
    </message>
    <message>
      <source>Lines</source>
      <translation>线</translation>
    </message>
    <message>
      <source>Lines that did not close</source>
      <translation>未闭合的线</translation>
    </message>
    <message>
      <source>Make a polygon layer with division codes (field code or XZQDM) the active layer first.</source>
      <translation>请先将带行政区代码字段（code或XZQDM）的面图层设为当前图层。</translation>
    </message>
    <message>
      <source>Makes the GeoPackage that holds a county's records, audit chain and outbox. DIVISIONS is a CSV with the columns code,name (and valid_from, valid_to, successor if known); DISTRICT is the county's outline.
Example: tools/process run onemap:createworkspace --WORKSPACE=county.gpkg --COUNTY=330110 --DIVISIONS=divisions.csv</source>
      <translation>新建一个县的工作空间（GeoPackage），存放填报记录、审计链和待发队列。DIVISIONS为行政区代码CSV，含code、name列（可另有valid_from、valid_to、successor列）；DISTRICT为县域范围。
示例：tools/process run onemap:createworkspace --WORKSPACE=county.gpkg --COUNTY=330110 --DIVISIONS=divisions.csv</translation>
    </message>
    <message>
      <source>Mapping of layers to control lines (JSON)</source>
      <translation>图层与控制线对应（JSON）</translation>
    </message>
    <message>
      <source>Maps in a report at most</source>
      <translation>报告附图上限</translation>
    </message>
    <message>
      <source>Maps in the report at most</source>
      <translation>报告附图上限</translation>
    </message>
    <message>
      <source>Mean {0}</source>
      <translation>{0}（均值）</translation>
    </message>
    <message>
      <source>Missing</source>
      <translation>未填</translation>
    </message>
    <message>
      <source>Monitoring</source>
      <translation>监测</translation>
    </message>
    <message>
      <source>Name</source>
      <translation>名称</translation>
    </message>
    <message>
      <source>Name of the land-use layer</source>
      <translation>地类图层名称</translation>
    </message>
    <message>
      <source>Nearest [m]</source>
      <translation>最近距离（米）</translation>
    </message>
    <message>
      <source>New</source>
      <translation>新建</translation>
    </message>
    <message>
      <source>New value</source>
      <translation>新值</translation>
    </message>
    <message>
      <source>New workspace</source>
      <translation>新建工作空间</translation>
    </message>
    <message>
      <source>New…</source>
      <translation>新建…</translation>
    </message>
    <message>
      <source>No cache</source>
      <translation>不缓存</translation>
    </message>
    <message>
      <source>No layer for: {0}</source>
      <translation>缺少图层，无法计算：{0}</translation>
    </message>
    <message>
      <source>No workspace is open.</source>
      <translation>尚未打开工作空间。</translation>
    </message>
    <message>
      <source>Not checked</source>
      <translation>未检查</translation>
    </message>
    <message>
      <source>Not used: {0}, feature {1} ({2})</source>
      <translation>未使用：{0}，要素 {1}（{2}）</translation>
    </message>
    <message>
      <source>Not what the chain says: {0}, record {1}</source>
      <translation>与审计链不一致：{0}，记录{1}</translation>
    </message>
    <message>
      <source>Notice</source>
      <translation>提示</translation>
    </message>
    <message>
      <source>One &amp;Map</source>
      <translation>一张图(&amp;M)</translation>
    </message>
    <message>
      <source>One Map</source>
      <translation>一张图</translation>
    </message>
    <message>
      <source>One Map dock</source>
      <translation>一张图面板</translation>
    </message>
    <message>
      <source>One a line: layer, date, who gave it</source>
      <translation>每行一项：图层、日期、提供单位</translation>
    </message>
    <message>
      <source>OneMap Desk</source>
      <translation>一张图工作台</translation>
    </message>
    <message>
      <source>OneMap Desk needs Python packages: {0}. Run once, then restart QGIS: {1}</source>
      <translation>一张图工作台需要 Python 软件包：{0}。请运行一次下列命令并重启 QGIS：{1}</translation>
    </message>
    <message>
      <source>Open…</source>
      <translation>打开…</translation>
    </message>
    <message>
      <source>Organisation named in reports</source>
      <translation>报告中的单位名称</translation>
    </message>
    <message>
      <source>Outline of the county</source>
      <translation>县域范围</translation>
    </message>
    <message>
      <source>Parcel name field</source>
      <translation>地块名称字段</translation>
    </message>
    <message>
      <source>Parcel number field</source>
      <translation>地块编号字段</translation>
    </message>
    <message>
      <source>Parcel {0} encloses no area; it has no geometry</source>
      <translation>地块 {0} 不围成面积，没有几何</translation>
    </message>
    <message>
      <source>Parcels</source>
      <translation>地块</translation>
    </message>
    <message>
      <source>Period</source>
      <translation>填报期</translation>
    </message>
    <message>
      <source>Period: {0}</source>
      <translation>填报期：{0}</translation>
    </message>
    <message>
      <source>Polygons</source>
      <translation>面</translation>
    </message>
    <message>
      <source>Polygons from closed lines (DXF)</source>
      <translation>闭合线转面（DXF）</translation>
    </message>
    <message>
      <source>Prohibited</source>
      <translation>禁止</translation>
    </message>
    <message>
      <source>Project key field</source>
      <translation>项目编号字段</translation>
    </message>
    <message>
      <source>Projects</source>
      <translation>项目用地</translation>
    </message>
    <message>
      <source>Province</source>
      <translation>省</translation>
    </message>
    <message>
      <source>Put the last backup in its place? The damaged file is kept.</source>
      <translation>是否用最近一次备份替换？损坏的文件会保留。</translation>
    </message>
    <message>
      <source>Quality</source>
      <translation>质检</translation>
    </message>
    <message>
      <source>Range</source>
      <translation>范围</translation>
    </message>
    <message>
      <source>Range from the selected features</source>
      <translation>以选中要素为范围</translation>
    </message>
    <message>
      <source>Range report</source>
      <translation>范围管控报告</translation>
    </message>
    <message>
      <source>Range {0} m² = {1} ha = {2} mu. {3} line(s) in conflict, {4} not checked (not checked does not mean clear).</source>
      <translation>范围面积 {0} m²，合 {1} 公顷、{2} 亩。冲突控制线 {3} 条，未检查 {4} 条（未检查不等于未冲突）。</translation>
    </message>
    <message>
      <source>Reads a boundary-point TXT (勘测定界界址点坐标) in GBK or UTF-8 into polygons in the file's own CGCS2000 zone.
Fields: parcel number, name, use, sheet, class code; stated_m2 (the file's area, hectares or m² told apart) and area_m2 (statutory). The field raw keeps every point's text, so that exportparceltxt gives the same file back.
Example: tools/process run onemap:importparceltxt --INPUT=parcels.txt --OUTPUT=parcels.gpkg</source>
      <translation>读取勘测定界界址点坐标 TXT（GBK 或 UTF-8），按文件自身的 CGCS2000 投影带生成面。
字段：地块编号、名称、用途、图幅、地类编码；stated_m2 为文件所载面积（自动区分公顷与 m²），area_m2 为法定椭球面积。raw 字段保留每个界址点的原文，用 exportparceltxt 可原样导出。
示例：tools/process run onemap:importparceltxt --INPUT=parcels.txt --OUTPUT=parcels.gpkg</translation>
    </message>
    <message>
      <source>Ready</source>
      <translation>待提交</translation>
    </message>
    <message>
      <source>Records</source>
      <translation>填报记录</translation>
    </message>
    <message>
      <source>Records that differ from the chain</source>
      <translation>与审计链不一致的记录数</translation>
    </message>
    <message>
      <source>Records…</source>
      <translation>填报记录…</translation>
    </message>
    <message>
      <source>Remove all</source>
      <translation>全部移除</translation>
    </message>
    <message>
      <source>Remove row</source>
      <translation>删除一行</translation>
    </message>
    <message>
      <source>Repaired: {0}, feature {1}: {2}</source>
      <translation>已修复：{0}，要素 {1}：{2}</translation>
    </message>
    <message>
      <source>Report</source>
      <translation>报告</translation>
    </message>
    <message>
      <source>Report written: {0}</source>
      <translation>报告已写出：{0}</translation>
    </message>
    <message>
      <source>Reporting</source>
      <translation>填报</translation>
    </message>
    <message>
      <source>Reports</source>
      <translation>填报</translation>
    </message>
    <message>
      <source>Report…</source>
      <translation>报告…</translation>
    </message>
    <message>
      <source>Required [m]</source>
      <translation>要求距离（米）</translation>
    </message>
    <message>
      <source>Restored what was being typed.</source>
      <translation>已恢复上次未保存的输入。</translation>
    </message>
    <message>
      <source>Returned</source>
      <translation>已退回</translation>
    </message>
    <message>
      <source>Returned: {0}</source>
      <translation>退回原因：{0}</translation>
    </message>
    <message>
      <source>Review</source>
      <translation>审查</translation>
    </message>
    <message>
      <source>Review and submit…</source>
      <translation>审核并提交…</translation>
    </message>
    <message>
      <source>Review date</source>
      <translation>审查日期</translation>
    </message>
    <message>
      <source>Reviewer</source>
      <translation>审核人</translation>
    </message>
    <message>
      <source>Roll-up</source>
      <translation>汇总</translation>
    </message>
    <message>
      <source>Rows of the chain</source>
      <translation>审计链行数</translation>
    </message>
    <message>
      <source>Rule file (province)</source>
      <translation>规则文件（省级）</translation>
    </message>
    <message>
      <source>Rule file of the province</source>
      <translation>省级规则文件</translation>
    </message>
    <message>
      <source>Save</source>
      <translation>保存</translation>
    </message>
    <message>
      <source>Save the report</source>
      <translation>保存报告</translation>
    </message>
    <message>
      <source>Save, ready to submit</source>
      <translation>保存并待提交</translation>
    </message>
    <message>
      <source>Select a feature on the map first.</source>
      <translation>请先在地图上选中一个要素。</translation>
    </message>
    <message>
      <source>Select one or more polygons first.</source>
      <translation>请先选中一个或多个面要素。</translation>
    </message>
    <message>
      <source>Select the village's polygon on the map to compute areas.</source>
      <translation>请先在地图上选中村庄范围面，再计算面积。</translation>
    </message>
    <message>
      <source>Settings…</source>
      <translation>设置…</translation>
    </message>
    <message>
      <source>Share %</source>
      <translation>占比 %</translation>
    </message>
    <message>
      <source>Shares</source>
      <translation>占比</translation>
    </message>
    <message>
      <source>Siting</source>
      <translation>选址</translation>
    </message>
    <message>
      <source>Sliver area</source>
      <translation>碎图斑面积</translation>
    </message>
    <message>
      <source>Sliver area [m²]</source>
      <translation>碎图斑面积（m²）</translation>
    </message>
    <message>
      <source>Sources of control lines</source>
      <translation>控制线来源</translation>
    </message>
    <message>
      <source>Status</source>
      <translation>状态</translation>
    </message>
    <message>
      <source>Statutory area</source>
      <translation>法定椭球面积</translation>
    </message>
    <message>
      <source>Submitted</source>
      <translation>已提交</translation>
    </message>
    <message>
      <source>Sync</source>
      <translation>同步</translation>
    </message>
    <message>
      <source>TXT file</source>
      <translation>TXT 文件</translation>
    </message>
    <message>
      <source>Tells what lies inside a range: a verdict for every control line, the land-use composition by class (statutory areas in m², ha and mu), and the nearest distance for lines with a distance rule.
RESULT has one row a line (kind line), a class (kind landuse) or a distance (kind nearest). Only features within 500 m of the range are read.
Example: tools/process run onemap:rangereport --RANGE=range.gpkg "--CONTROL_LINES=county.gpkg|layername=YJJBNTTB" "--LANDUSE=county.gpkg|layername=DLTB" --RESULT=result.gpkg --REPORT=range.docx</source>
      <translation>查看范围内的管控情况：每条控制线的结论，按地类的用地构成（法定面积，m²、公顷、亩），以及有距离要求的控制线的最近距离。
RESULT 每条控制线（kind=line）、每个地类（landuse）、每个距离（nearest）各一行。只读取范围 500 米以内的要素。
示例：tools/process run onemap:rangereport --RANGE=range.gpkg "--CONTROL_LINES=county.gpkg|layername=YJJBNTTB" "--LANDUSE=county.gpkg|layername=DLTB" --RESULT=result.gpkg --REPORT=range.docx</translation>
    </message>
    <message>
      <source>The chain is broken at row {0}: {1}</source>
      <translation>审计链在第{0}行断开：{1}</translation>
    </message>
    <message>
      <source>The chain of {0} rows is whole.</source>
      <translation>审计链共{0}行，完整无缺。</translation>
    </message>
    <message>
      <source>The computer's clock was set back before these rows (the chain does not depend on it): {0}</source>
      <translation>下列行写入前计算机时钟曾被调回（不影响审计链）：{0}</translation>
    </message>
    <message>
      <source>The geometry was taken from the map.</source>
      <translation>已取得地图图形。</translation>
    </message>
    <message>
      <source>There is no earlier record with the same key.</source>
      <translation>没有可沿用的往期记录。</translation>
    </message>
    <message>
      <source>This version does not do this yet.</source>
      <translation>当前版本尚不支持此功能。</translation>
    </message>
    <message>
      <source>Tools</source>
      <translation>工具</translation>
    </message>
    <message>
      <source>Total</source>
      <translation>合计</translation>
    </message>
    <message>
      <source>Town</source>
      <translation>乡镇</translation>
    </message>
    <message>
      <source>Turns the closed polylines of a drawing into polygons: segments are chained end to end, curves get short segments, a ring inside another becomes a hole, layer by layer. UNCLOSED lists what did not close, with its gap in metres.
Example: tools/process run onemap:polygonsfromlines --INPUT=plan.dxf --GROUP_FIELD=Layer --OUTPUT=parcels.gpkg --UNCLOSED=unclosed.gpkg</source>
      <translation>将图纸（DXF、DWG）中的闭合多段线转为面：首尾相接的线段自动连接，曲线以短线段表示，内环作为洞，按图纸图层处理。UNCLOSED 列出未闭合的线及缺口（米）。
示例：tools/process run onemap:polygonsfromlines --INPUT=plan.dxf --GROUP_FIELD=Layer --OUTPUT=parcels.gpkg --UNCLOSED=unclosed.gpkg</translation>
    </message>
    <message>
      <source>Use cached control lines</source>
      <translation>使用控制线缓存</translation>
    </message>
    <message>
      <source>Verdict</source>
      <translation>结论</translation>
    </message>
    <message>
      <source>Verdicts</source>
      <translation>审查结论</translation>
    </message>
    <message>
      <source>Verify the audit chain</source>
      <translation>校验审计链</translation>
    </message>
    <message>
      <source>Walks the hash-linked audit rows of a workspace and compares its records with them. BROKEN_AT is the number of the first row that does not fit, 0 when the chain is whole; DIFFERING_COUNT counts records that are not what the chain says.
Example: tools/process run onemap:verifyaudit --WORKSPACE=county.gpkg</source>
      <translation>逐行核对工作空间中以哈希相连的审计记录，并与现有填报记录比对。BROKEN_AT为第一处断链的行号，0表示完整；DIFFERING_COUNT为与审计链不一致的记录数。
示例：tools/process run onemap:verifyaudit --WORKSPACE=county.gpkg</translation>
    </message>
    <message>
      <source>What binds the range</source>
      <translation>范围管控结果</translation>
    </message>
    <message>
      <source>What binds this range</source>
      <translation>范围管控要求</translation>
    </message>
    <message>
      <source>With area</source>
      <translation>带面积图层</translation>
    </message>
    <message>
      <source>Workspace</source>
      <translation>工作空间</translation>
    </message>
    <message>
      <source>Writes polygons as boundary-point TXT (勘测定界界址点坐标): X is north, Y is east with the zone number, areas in hectares. A layer made by importparceltxt comes out with the very points it was read from.
Example: tools/process run onemap:exportparceltxt --INPUT=parcels.gpkg --KEY_FIELD=XMBH --OUTPUT=parcels.txt</source>
      <translation>将面写为勘测定界界址点坐标 TXT：X 为北、Y 为东（带带号），面积单位公顷。由 importparceltxt 导入的图层按原界址点原样导出。
示例：tools/process run onemap:exportparceltxt --INPUT=parcels.gpkg --KEY_FIELD=XMBH --OUTPUT=parcels.txt</translation>
    </message>
    <message>
      <source>Writing {0}</source>
      <translation>正在写出 {0}</translation>
    </message>
    <message>
      <source>computed</source>
      <translation>由系统计算</translation>
    </message>
    <message>
      <source>ha</source>
      <translation>公顷</translation>
    </message>
    <message>
      <source>mu</source>
      <translation>亩</translation>
    </message>
    <message>
      <source>m²</source>
      <translation>m²</translation>
    </message>
    <message>
      <source>result layer</source>
      <translation>结果图层</translation>
    </message>
    <message>
      <source>unknown reason</source>
      <translation>原因不明</translation>
    </message>
    <message>
      <source>{0} (central meridian {1}°)</source>
      <translation>{0}（中央经线{1}°）</translation>
    </message>
    <message>
      <source>{0} divisions were coloured.</source>
      <translation>已为{0}个行政区着色。</translation>
    </message>
    <message>
      <source>{0} forms, {1} division codes</source>
      <translation>{0}个表单，{1}个行政区代码</translation>
    </message>
    <message>
      <source>{0} geometries repaired, {1} features not used; the report lists every one</source>
      <translation>修复几何 {0} 个，未使用要素 {1} 个，报告中逐个列出</translation>
    </message>
    <message>
      <source>{0} records are due, the first by {1}.</source>
      <translation>有{0}条记录待报，最早截止{1}。</translation>
    </message>
    <message>
      <source>{0} records were copied from the last period.</source>
      <translation>已从上期沿用{0}条记录。</translation>
    </message>
    <message>
      <source>{0} records were not changed. The first: {1}</source>
      <translation>有{0}条记录未能修改，第一条：{1}</translation>
    </message>
    <message>
      <source>{0} records, {1} selected</source>
      <translation>共{0}条，选中{1}条</translation>
    </message>
    <message>
      <source>{0} submitted or approved records were left as they are.</source>
      <translation>有{0}条已提交或已批准的记录未作修改。</translation>
    </message>
    <message>
      <source>{0}: {1} line(s) did not close</source>
      <translation>{0}：{1} 条线未闭合</translation>
    </message>
  </context>
</TS>
