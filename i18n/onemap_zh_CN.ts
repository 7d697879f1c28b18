<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
  <context>
    <name>OneMap</name>
    <message>
      <source>  - {name}: {state}; deadline {day}</source>
      <translation>  · {name}：{state}，截止 {day}</translation>
    </message>
    <message>
      <source> and {0} more</source>
      <translation> 等，另有 {0} 条</translation>
    </message>
    <message>
      <source> and {0} more control lines</source>
      <translation>，另有 {0} 条控制线</translation>
    </message>
    <message>
      <source> days</source>
      <translation> 天</translation>
    </message>
    <message>
      <source> m</source>
      <translation> 米</translation>
    </message>
    <message>
      <source> minutes</source>
      <translation> 分钟</translation>
    </message>
    <message>
      <source> m²</source>
      <translation> 平方米</translation>
    </message>
    <message>
      <source> points</source>
      <translation> 个百分点</translation>
    </message>
    <message>
      <source> years</source>
      <translation> 年</translation>
    </message>
    <message>
      <source> · </source>
      <translation>，</translation>
    </message>
    <message>
      <source>(deleted)</source>
      <translation>（已删除）</translation>
    </message>
    <message>
      <source>(empty)</source>
      <translation>（空）</translation>
    </message>
    <message>
      <source>(kind)</source>
      <translation>（类型）</translation>
    </message>
    <message>
      <source>(none)</source>
      <translation>（无）</translation>
    </message>
    <message>
      <source>(not read)</source>
      <translation>（不读取）</translation>
    </message>
    <message>
      <source>(not used)</source>
      <translation>（不参加审查）</translation>
    </message>
    <message>
      <source>(reject the row)</source>
      <translation>（不导入该行）</translation>
    </message>
    <message>
      <source>(score and grades are a proposal)</source>
      <translation>（得分与分级为建议，非官方标准）</translation>
    </message>
    <message>
      <source>, </source>
      <translation>，</translation>
    </message>
    <message>
      <source>01* stands for all classes that begin with 01, * for all others</source>
      <translation>01* 表示以 01 开头的各类，* 表示其余各类</translation>
    </message>
    <message>
      <source>1. From a file, without a network or administrator's rights: onemap-offline-kit-….zip</source>
      <translation>1. 离线安装包：选择 onemap-offline-kit-….zip，不联网，不需要管理员权限</translation>
    </message>
    <message>
      <source>1985 level less local level [m]</source>
      <translation>1985 高程减地方高程 [m]</translation>
    </message>
    <message>
      <source>1985 national datum</source>
      <translation>1985 国家高程基准</translation>
    </message>
    <message>
      <source>2. With a network: run this command (Windows: in the OSGeo4W Shell)</source>
      <translation>2. 能上网时：运行下面的命令（Windows 在 OSGeo4W Shell 中运行）</translation>
    </message>
    <message>
      <source>3-degree zone</source>
      <translation>3度带带号</translation>
    </message>
    <message>
      <source>3. Ask the administrator: the request names everything</source>
      <translation>3. 请管理员安装：申请中已写明所需组件和命令</translation>
    </message>
    <message>
      <source>3D…</source>
      <translation>三维…</translation>
    </message>
    <message>
      <source>90 % within (days)</source>
      <translation>九成不超过（天）</translation>
    </message>
    <message>
      <source>&lt;b&gt;{0}&lt;/b&gt; as of {1}: task {2} mu, done &lt;b&gt;{3}&lt;/b&gt; mu ({4}), due {5} ({6} mu)</source>
      <translation>&lt;b&gt;{0} 年&lt;/b&gt;截至 {1}：任务 {2} 亩，完成 &lt;b&gt;{3}&lt;/b&gt; 亩（{4}），序时 {5}（{6} 亩）</translation>
    </message>
    <message>
      <source>&lt;b&gt;{0}&lt;/b&gt;: {1} parcels, tax known of {2}; mean tax &lt;b&gt;{3}&lt;/b&gt; (10,000 yuan a mu); {4} candidates</source>
      <translation>&lt;b&gt;{0}&lt;/b&gt; 年：地块 {1} 个，其中 {2} 个有税收；平均亩均税收 &lt;b&gt;{3}&lt;/b&gt; 万元/亩；候选 {4} 个</translation>
    </message>
    <message>
      <source>A county's own table of prices, as resources/siting/tables/cost.yaml is</source>
      <translation>本县价格表（格式同 resources/siting/tables/cost.yaml）</translation>
    </message>
    <message>
      <source>A dot is a parcel in the colour of its grade; dashed lines: means</source>
      <translation>每点一个地块，颜色为主要企业的等级；虚线为平均值</translation>
    </message>
    <message>
      <source>A layer was closed meanwhile: compare again.</source>
      <translation>比对期间图层已被关闭，请重新比对。</translation>
    </message>
    <message>
      <source>A number is required: {0}</source>
      <translation>此处应填数字：{0}</translation>
    </message>
    <message>
      <source>A polygon layer of this project that stands in the place of the package's own</source>
      <translation>工程中的面图层，代替成果包自身的行政区范围</translation>
    </message>
    <message>
      <source>A project counts once it has come to this stage (a proposal)</source>
      <translation>项目达到该阶段即计入完成（建议值）</translation>
    </message>
    <message>
      <source>A report is .xlsx, .docx, .pdf or .html, not {0}</source>
      <translation>报告格式应为 .xlsx、.docx、.pdf 或 .html，不能是 {0}</translation>
    </message>
    <message>
      <source>A serious</source>
      <translation>A 严重</translation>
    </message>
    <message>
      <source>A siting report is .docx, .pdf, .xlsx, .html or .txt, not {0}</source>
      <translation>选址报告格式应为 .docx、.pdf、.xlsx、.html 或 .txt，不能是 {0}</translation>
    </message>
    <message>
      <source>A square around the spot</source>
      <translation>以该点为中心的正方形</translation>
    </message>
    <message>
      <source>A table of the values handed down: quota, value, unit</source>
      <translation>下达指标表：指标、数值、单位</translation>
    </message>
    <message>
      <source>A tolerance must be a number, 0 or more.</source>
      <translation>容差须为不小于 0 的数。</translation>
    </message>
    <message>
      <source>AHP, CR = {0}</source>
      <translation>层次分析法，CR = {0}</translation>
    </message>
    <message>
      <source>AHP, to be corrected</source>
      <translation>层次分析法，判断矩阵待修正</translation>
    </message>
    <message>
      <source>Above scale</source>
      <translation>规上</translation>
    </message>
    <message>
      <source>Above the limit</source>
      <translation>超出限高</translation>
    </message>
    <message>
      <source>Acc.</source>
      <translation>采信</translation>
    </message>
    <message>
      <source>Accept findings with a reason</source>
      <translation>采信问题图斑（须说明理由）</translation>
    </message>
    <message>
      <source>Accept with a reason…</source>
      <translation>说明理由并采信…</translation>
    </message>
    <message>
      <source>Accepted</source>
      <translation>采信</translation>
    </message>
    <message>
      <source>Accepted findings are carried over where geometry and rule are unchanged</source>
      <translation>图形与规则均未变化的采信沿用到本轮</translation>
    </message>
    <message>
      <source>Accepted: {0} · received: {1} · refused: {2} · conflicts: {3}</source>
      <translation>已接收：{0} · 取回：{1} · 退拒：{2} · 冲突：{3}</translation>
    </message>
    <message>
      <source>Account on the platform</source>
      <translation>平台账号</translation>
    </message>
    <message>
      <source>Act</source>
      <translation>操作</translation>
    </message>
    <message>
      <source>Acts of other programs in the chain</source>
      <translation>审计链上其他程序的改动</translation>
    </message>
    <message>
      <source>Actual</source>
      <translation>实际</translation>
    </message>
    <message>
      <source>Add</source>
      <translation>添加</translation>
    </message>
    <message>
      <source>Add code</source>
      <translation>添加代码</translation>
    </message>
    <message>
      <source>Add constraint…</source>
      <translation>添加约束…</translation>
    </message>
    <message>
      <source>Add factor…</source>
      <translation>添加因子…</translation>
    </message>
    <message>
      <source>Add field</source>
      <translation>添加字段</translation>
    </message>
    <message>
      <source>Add field…</source>
      <translation>添加字段…</translation>
    </message>
    <message>
      <source>Add files…</source>
      <translation>添加文件…</translation>
    </message>
    <message>
      <source>Add file…</source>
      <translation>添加文件…</translation>
    </message>
    <message>
      <source>Add group</source>
      <translation>添加分组</translation>
    </message>
    <message>
      <source>Add layer</source>
      <translation>添加图层</translation>
    </message>
    <message>
      <source>Add layer…</source>
      <translation>添加图层…</translation>
    </message>
    <message>
      <source>Add row</source>
      <translation>添加一行</translation>
    </message>
    <message>
      <source>Add the control lines to the map</source>
      <translation>将控制线加入地图</translation>
    </message>
    <message>
      <source>Add the record layers to the map</source>
      <translation>将填报图层加入地图</translation>
    </message>
    <message>
      <source>Add to the map</source>
      <translation>加到地图</translation>
    </message>
    <message>
      <source>Address of the platform</source>
      <translation>平台地址</translation>
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
      <source>Administrative level</source>
      <translation>行政层级</translation>
    </message>
    <message>
      <source>Advised</source>
      <translation>建议性</translation>
    </message>
    <message>
      <source>After</source>
      <translation>后</translation>
    </message>
    <message>
      <source>After (WHH)</source>
      <translation>维护后（WHH）</translation>
    </message>
    <message>
      <source>After (m²)</source>
      <translation>维护后（m²）</translation>
    </message>
    <message>
      <source>After [m²]</source>
      <translation>后面积 [m²]</translation>
    </message>
    <message>
      <source>After: {0}</source>
      <translation>变更后：{0}</translation>
    </message>
    <message>
      <source>All</source>
      <translation>全部</translation>
    </message>
    <message>
      <source>All changes ({0})</source>
      <translation>全部变化（{0}）</translation>
    </message>
    <message>
      <source>All classes</source>
      <translation>全部类别</translation>
    </message>
    <message>
      <source>All factors</source>
      <translation>全部因子</translation>
    </message>
    <message>
      <source>All files (*)</source>
      <translation>所有文件 (*)</translation>
    </message>
    <message>
      <source>All formulas fit these entries.</source>
      <translation>所有公式与这些条目相符。</translation>
    </message>
    <message>
      <source>All grades</source>
      <translation>全部等级</translation>
    </message>
    <message>
      <source>All parameters…</source>
      <translation>全部参数…</translation>
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
      <source>All statuses</source>
      <translation>全部状态</translation>
    </message>
    <message>
      <source>All {0} remarks on the inputs…</source>
      <translation>查看全部 {0} 条数据提示…</translation>
    </message>
    <message>
      <source>All, drafts too</source>
      <translation>全部（含草稿）</translation>
    </message>
    <message>
      <source>All: {0}</source>
      <translation>全部{0}</translation>
    </message>
    <message>
      <source>Alone [mu]</source>
      <translation>单独扣除（亩）</translation>
    </message>
    <message>
      <source>Also named</source>
      <translation>别名</translation>
    </message>
    <message>
      <source>Among parcels</source>
      <translation>在候选地块中选</translation>
    </message>
    <message>
      <source>Among the first five (%)</source>
      <translation>随机权重下前五（%）</translation>
    </message>
    <message>
      <source>Among them</source>
      <translation>其中</translation>
    </message>
    <message>
      <source>Amount in base units</source>
      <translation>数量（基本单位）</translation>
    </message>
    <message>
      <source>Amount of demand</source>
      <translation>需求量</translation>
    </message>
    <message>
      <source>Amounts without a unit are 10,000 yuan</source>
      <translation>未写单位的金额按万元</translation>
    </message>
    <message>
      <source>Anchors</source>
      <translation>锚点文件</translation>
    </message>
    <message>
      <source>Anchors that confirm the chain</source>
      <translation>与审计链相符的锚点</translation>
    </message>
    <message>
      <source>Anchors that the chain contradicts</source>
      <translation>与审计链不符的锚点</translation>
    </message>
    <message>
      <source>Another address</source>
      <translation>地址变更</translation>
    </message>
    <message>
      <source>Another file…</source>
      <translation>其他文件…</translation>
    </message>
    <message>
      <source>Answer</source>
      <translation>结论</translation>
    </message>
    <message>
      <source>Approved</source>
      <translation>已批准</translation>
    </message>
    <message>
      <source>Approved only</source>
      <translation>仅已批准</translation>
    </message>
    <message>
      <source>Approved, not supplied</source>
      <translation>批而未供</translation>
    </message>
    <message>
      <source>Area</source>
      <translation>面积</translation>
    </message>
    <message>
      <source>Area (ha)</source>
      <translation>面积（公顷）</translation>
    </message>
    <message>
      <source>Area (mu)</source>
      <translation>面积（亩）</translation>
    </message>
    <message>
      <source>Area (m²)</source>
      <translation>面积（平方米）</translation>
    </message>
    <message>
      <source>Area [mu]</source>
      <translation>面积（亩）</translation>
    </message>
    <message>
      <source>Area [m²]</source>
      <translation>面积（平方米）</translation>
    </message>
    <message>
      <source>Area code</source>
      <translation>范围代码</translation>
    </message>
    <message>
      <source>Area of slivers (m²)</source>
      <translation>碎图斑面积（m²）</translation>
    </message>
    <message>
      <source>Area of the control lines (county)</source>
      <translation>控制线数据范围（县级行政区）</translation>
    </message>
    <message>
      <source>Area of the lines</source>
      <translation>数据范围</translation>
    </message>
    <message>
      <source>Area {0} mu, still open {1} mu</source>
      <translation>面积 {0} 亩，未完成 {1} 亩</translation>
    </message>
    <message>
      <source>Areas and tables</source>
      <translation>面积一致性</translation>
    </message>
    <message>
      <source>As before</source>
      <translation>未变</translation>
    </message>
    <message>
      <source>As submitted</source>
      <translation>恢复报送高度</translation>
    </message>
    <message>
      <source>As written: type or cause {0}, state {1}, way {2}</source>
      <translation>图层所载：类型或原因 {0}，状态 {1}，方式 {2}</translation>
    </message>
    <message>
      <source>Asked back</source>
      <translation>退回疑问</translation>
    </message>
    <message>
      <source>Asking the platform…</source>
      <translation>正在查询平台…</translation>
    </message>
    <message>
      <source>At any time</source>
      <translation>任何时候</translation>
    </message>
    <message>
      <source>At least</source>
      <translation>不小于</translation>
    </message>
    <message>
      <source>At least one weight must be above 0.</source>
      <translation>至少一个权重须大于 0。</translation>
    </message>
    <message>
      <source>At least this far from</source>
      <translation>距离不小于</translation>
    </message>
    <message>
      <source>At least {1} from {0}</source>
      <translation>距{0}不小于 {1}</translation>
    </message>
    <message>
      <source>At most</source>
      <translation>不大于</translation>
    </message>
    <message>
      <source>At most this far from</source>
      <translation>距离不大于</translation>
    </message>
    <message>
      <source>At most {1} from {0}</source>
      <translation>距{0}不大于 {1}</translation>
    </message>
    <message>
      <source>At the last sync</source>
      <translation>上次同步时</translation>
    </message>
    <message>
      <source>Attachments</source>
      <translation>附件</translation>
    </message>
    <message>
      <source>Attribute condition</source>
      <translation>属性条件</translation>
    </message>
    <message>
      <source>Azimuth from (°)</source>
      <translation>方位起（°）</translation>
    </message>
    <message>
      <source>Azimuth to (°)</source>
      <translation>方位止（°）</translation>
    </message>
    <message>
      <source>B considerable</source>
      <translation>B 较重</translation>
    </message>
    <message>
      <source>Back</source>
      <translation>返回</translation>
    </message>
    <message>
      <source>Back to draft</source>
      <translation>退为草稿</translation>
    </message>
    <message>
      <source>Back to the national rule</source>
      <translation>恢复国家规定</translation>
    </message>
    <message>
      <source>Back up now</source>
      <translation>立即备份</translation>
    </message>
    <message>
      <source>Backup written: {0}</source>
      <translation>已写出备份：{0}</translation>
    </message>
    <message>
      <source>Bag</source>
      <translation>包号</translation>
    </message>
    <message>
      <source>Bag {0} was packed again with the same content.</source>
      <translation>第 {0} 号包已按原内容重新打包。</translation>
    </message>
    <message>
      <source>Bags cannot be encrypted on this computer; they are signed only.</source>
      <translation>此机无法加密汇交包，只能签名。</translation>
    </message>
    <message>
      <source>Bars, funnel, map, lists and project cards in a window</source>
      <translation>在一个窗口中显示对比条、漏斗、地图、清单和项目卡片</translation>
    </message>
    <message>
      <source>Baseline</source>
      <translation>基期值</translation>
    </message>
    <message>
      <source>Basis of the price</source>
      <translation>单价依据</translation>
    </message>
    <message>
      <source>Basis, reason</source>
      <translation>条件、依据</translation>
    </message>
    <message>
      <source>Before</source>
      <translation>前</translation>
    </message>
    <message>
      <source>Before (WHQ)</source>
      <translation>维护前（WHQ）</translation>
    </message>
    <message>
      <source>Before (m²)</source>
      <translation>维护前（m²）</translation>
    </message>
    <message>
      <source>Before [m²]</source>
      <translation>前面积 [m²]</translation>
    </message>
    <message>
      <source>Before the import: what it would change</source>
      <translation>导入前预览：将作哪些改动</translation>
    </message>
    <message>
      <source>Before: {0}</source>
      <translation>变更前：{0}</translation>
    </message>
    <message>
      <source>Begins with</source>
      <translation>开头内容</translation>
    </message>
    <message>
      <source>Behind</source>
      <translation>明显落后</translation>
    </message>
    <message>
      <source>Behind {0}</source>
      <translation>{0} 的构成</translation>
    </message>
    <message>
      <source>Being read</source>
      <translation>正在读取</translation>
    </message>
    <message>
      <source>Being verified</source>
      <translation>正在核对</translation>
    </message>
    <message>
      <source>Below scale</source>
      <translation>规下</translation>
    </message>
    <message>
      <source>Binding</source>
      <translation>约束性</translation>
    </message>
    <message>
      <source>Blank cells</source>
      <translation>空白单元格</translation>
    </message>
    <message>
      <source>Boundary-point TXT</source>
      <translation>界址点 TXT</translation>
    </message>
    <message>
      <source>Bring the records of this workspace back to what they were before this sync?

Records changed here since are left alone. Control lines, findings and dictionaries stay as they are. The platform keeps what it has. The audit chain notes it.</source>
      <translation>将本工作空间的记录恢复到此次同步之前？

此后在本机改过的记录不动；控制线、问题图斑、字典不变；平台上的数据不变。操作记入审计链。</translation>
    </message>
    <message>
      <source>Brings a layer into the fields of a layer of a specification (SPEC: county, survey, ... or a YAML file; LAYER: its code): order, kinds, lengths, units, codes. A field is used where its name or its title says so and nothing else fits as well; what is found by the initials of the pinyin (标识码 BSM) or by its values is a proposal, used only when ACCEPT names the kind or FIELD_MAP (JSON text, .json or .csv) chooses it. FIELD_MAP: {"MJ": {"source": "area", "from_unit": "mu", "to_unit": "m2"}, "YSDM": {"default": "2090020610"}, "DLBM": {"source": "use", "codes": {"old": "0101"}}}. Codes are padded as the dictionary says, names become codes; a value that no dictionary knows is kept and listed, one that is no number is left empty and listed, no text is cut. MAPPINGS tells each field, UNMAPPED what went nowhere.
Example: tools/process run onemap:mapfields --INPUT=town.gpkg|layername=parcels --SPEC=survey --LAYER=DLTB --FIELD_MAP=map.csv --OUTPUT=DLTB.gpkg --MAPPINGS=mappings.gpkg --UNMAPPED=unmapped.gpkg</source>
      <translation>把图层整理成规范（SPEC：county、survey 等内置名称或 YAML 文件）中某一图层（LAYER：图层代码）的字段：顺序、类型、长度、单位、代码。字段名或中文名称一致且唯一时直接采用；按拼音首字母（标识码 BSM）或按取值找到的只是建议，须在 ACCEPT 中采纳或在 FIELD_MAP（JSON 文本、.json 或 .csv）中选定后才使用。FIELD_MAP：{"MJ": {"source": "area", "from_unit": "mu", "to_unit": "m2"}, "YSDM": {"default": "2090020610"}, "DLBM": {"source": "use", "codes": {"old": "0101"}}}。代码按字典补零，名称转为代码；字典中没有的值按原样保留并列出，不是数字的留空并列出，文本不截断。MAPPINGS 逐字段说明来源，UNMAPPED 列出没有去处的内容。
示例：tools/process run onemap:mapfields --INPUT=town.gpkg|layername=parcels --SPEC=survey --LAYER=DLTB --FIELD_MAP=map.csv --OUTPUT=DLTB.gpkg --MAPPINGS=mappings.gpkg --UNMAPPED=unmapped.gpkg</translation>
    </message>
    <message>
      <source>Brings back a version of a layer that ingestlayers took in, as a new version: nothing is lost by it.
Example: tools/process run onemap:restorelayer --STORE=county_layers.gpkg --LAYER=YJJBNT --VERSION=3 --NOTE=wrong-delivery --VERSIONS=versions.gpkg</source>
      <translation>将 ingestlayers 入库的某一版恢复为新的一版，不丢失任何内容。
示例：tools/process run onemap:restorelayer --STORE=county_layers.gpkg --LAYER=YJJBNT --VERSION=3 --NOTE=wrong-delivery --VERSIONS=versions.gpkg</translation>
    </message>
    <message>
      <source>Buffer of a line or point</source>
      <translation>线或点的缓冲区</translation>
    </message>
    <message>
      <source>Build-to lines</source>
      <translation>贴线</translation>
    </message>
    <message>
      <source>Building</source>
      <translation>建筑</translation>
    </message>
    <message>
      <source>Building feature</source>
      <translation>建筑要素号</translation>
    </message>
    <message>
      <source>Buildings</source>
      <translation>建筑</translation>
    </message>
    <message>
      <source>Buildings and heights allowed</source>
      <translation>建筑与允许高度</translation>
    </message>
    <message>
      <source>Buildings are matched by their keys.</source>
      <translation>按建筑编号对应。</translation>
    </message>
    <message>
      <source>Buildings as CityJSON</source>
      <translation>建筑（CityJSON）</translation>
    </message>
    <message>
      <source>Buildings from CityJSON</source>
      <translation>导入 CityJSON 建筑</translation>
    </message>
    <message>
      <source>Buildings inside</source>
      <translation>通廊内建筑</translation>
    </message>
    <message>
      <source>Buildings of a CityJSON file (1.x or 2.0) as footprints for the check of heights: key, height above the lowest point (JZGD), level of the lowest point (SWDPBG).
The CRS is the file's; CRS is taken where the file names none.
Example: tools/process run onemap:importcityjson --INPUT=design.city.json --OUTPUT=design.gpkg</source>
      <translation>把 CityJSON 文件（1.x、2.0）中的建筑读为轮廓，供高度核查：编号、最低点以上高度（JZGD）、最低点标高（SWDPBG）。
坐标系取文件所注；文件没有时取 CRS。
示例：tools/process run onemap:importcityjson --INPUT=design.city.json --OUTPUT=design.gpkg</translation>
    </message>
    <message>
      <source>Buildings of the design</source>
      <translation>方案建筑</translation>
    </message>
    <message>
      <source>By status</source>
      <translation>按状态</translation>
    </message>
    <message>
      <source>By the target year</source>
      <translation>到目标年</translation>
    </message>
    <message>
      <source>By whom</source>
      <translation>操作人</translation>
    </message>
    <message>
      <source>C on a condition</source>
      <translation>C 条件必选</translation>
    </message>
    <message>
      <source>C slight</source>
      <translation>C 一般</translation>
    </message>
    <message>
      <source>CONTROL_EXTENT: the area that the control lines were delivered for. What of a project lies outside it was not checked, and the verdict says so.</source>
      <translation>CONTROL_EXTENT：控制线数据所覆盖的范围。项目超出该范围的部分未核查，结论中会写明。</translation>
    </message>
    <message>
      <source>CRS of the coordinates</source>
      <translation>坐标所属坐标系</translation>
    </message>
    <message>
      <source>CRS of the coordinates, where the file does not say it</source>
      <translation>坐标所属坐标系（文件未写明时选择）</translation>
    </message>
    <message>
      <source>CRS of the drawing, where it has none</source>
      <translation>图纸坐标系（图纸没有坐标系时选择）</translation>
    </message>
    <message>
      <source>CRS where the file names none</source>
      <translation>文件未注明坐标系时采用</translation>
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
      <source>Calendar</source>
      <translation>日历</translation>
    </message>
    <message>
      <source>Cancel</source>
      <translation>取消</translation>
    </message>
    <message>
      <source>Cancelled.</source>
      <translation>已取消。</translation>
    </message>
    <message>
      <source>Candidate key field</source>
      <translation>候选地块编号字段</translation>
    </message>
    <message>
      <source>Candidate parcels</source>
      <translation>候选地块</translation>
    </message>
    <message>
      <source>Candidate places</source>
      <translation>候选位置</translation>
    </message>
    <message>
      <source>Candidates</source>
      <translation>可选地类</translation>
    </message>
    <message>
      <source>Candidates remaining</source>
      <translation>剩余地块</translation>
    </message>
    <message>
      <source>Candidates removed</source>
      <translation>淘汰地块数</translation>
    </message>
    <message>
      <source>Candidates removed alone</source>
      <translation>单独淘汰地块</translation>
    </message>
    <message>
      <source>Candidates removed in order</source>
      <translation>依次淘汰地块</translation>
    </message>
    <message>
      <source>Cannot be compared</source>
      <translation>无法比较</translation>
    </message>
    <message>
      <source>Cannot be determined</source>
      <translation>无法判断</translation>
    </message>
    <message>
      <source>Cannot be opened: {0}</source>
      <translation>无法打开：{0}</translation>
    </message>
    <message>
      <source>Cannot create the output {0}: check that the folder exists and is writable, has room, and the file is not open.</source>
      <translation>无法创建输出 {0}：请检查文件夹存在且可写、磁盘有空间、文件未被打开。</translation>
    </message>
    <message>
      <source>Cards</source>
      <translation>卡片</translation>
    </message>
    <message>
      <source>Carry out</source>
      <translation>执行</translation>
    </message>
    <message>
      <source>Cases to review again</source>
      <translation>需要重新核对的内容</translation>
    </message>
    <message>
      <source>Category</source>
      <translation>理由类别</translation>
    </message>
    <message>
      <source>Cause</source>
      <translation>原因</translation>
    </message>
    <message>
      <source>Caused by data [m²]</source>
      <translation>数据引起 [m²]</translation>
    </message>
    <message>
      <source>Caused by rules [m²]</source>
      <translation>规则引起 [m²]</translation>
    </message>
    <message>
      <source>Cell size [m]</source>
      <translation>格网尺寸 [m]</translation>
    </message>
    <message>
      <source>Change</source>
      <translation>变化</translation>
    </message>
    <message>
      <source>Change (%)</source>
      <translation>变化（%）</translation>
    </message>
    <message>
      <source>Change of several</source>
      <translation>批量修改</translation>
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
      <source>Changed</source>
      <translation>修改</translation>
    </message>
    <message>
      <source>Changed by another program ({0}): {1}, record {2}: {3}</source>
      <translation>被其他程序改动（{0}）：{1}，记录 {2}：{3}</translation>
    </message>
    <message>
      <source>Changed fields</source>
      <translation>变更字段</translation>
    </message>
    <message>
      <source>Changed on both sides</source>
      <translation>两边都改过</translation>
    </message>
    <message>
      <source>Changed on the platform by</source>
      <translation>平台上的修改人</translation>
    </message>
    <message>
      <source>Changed records</source>
      <translation>更新记录数</translation>
    </message>
    <message>
      <source>Changed; not saved yet.</source>
      <translation>已修改，尚未保存。</translation>
    </message>
    <message>
      <source>Changes</source>
      <translation>变化</translation>
    </message>
    <message>
      <source>Changes (WHC)</source>
      <translation>维护（WHC）</translation>
    </message>
    <message>
      <source>Changes are not saved. Close anyway?</source>
      <translation>修改尚未保存，仍要关闭吗？</translation>
    </message>
    <message>
      <source>Changes below this are ignored [m²]</source>
      <translation>视为未变的面积变化上限 [m²]</translation>
    </message>
    <message>
      <source>Check</source>
      <translation>检查</translation>
    </message>
    <message>
      <source>Check again…</source>
      <translation>再次检查…</translation>
    </message>
    <message>
      <source>Check building heights</source>
      <translation>建筑高度与风貌管控核查</translation>
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
      <source>Check of heights</source>
      <translation>高度与风貌核查</translation>
    </message>
    <message>
      <source>Check one piece of land</source>
      <translation>查一块地</translation>
    </message>
    <message>
      <source>Check the design against all limits</source>
      <translation>按全部管控要求核查方案</translation>
    </message>
    <message>
      <source>Check the installation…</source>
      <translation>安装检查…</translation>
    </message>
    <message>
      <source>Check the layers, then take them in</source>
      <translation>先检查图层，再入库</translation>
    </message>
    <message>
      <source>Checked</source>
      <translation>已检查</translation>
    </message>
    <message>
      <source>Checked at once; saved with “Save as my own…”</source>
      <translation>立即校验；点“另存为自己的规范…”后才写入文件</translation>
    </message>
    <message>
      <source>Checked in part</source>
      <translation>部分检查</translation>
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
      <source>Checks</source>
      <translation>检查结果</translation>
    </message>
    <message>
      <source>Checks project polygons against the 3+X control lines: permanent basic farmland, ecological redline, urban development boundary, and every other line of the rule set.
Findings are the offending pieces; verdicts hold one row for every project and line: conflict (a prohibiting or conditional rule is broken), involved (to be consulted about or only told), clear, not_checked (no layer) or failed (layer unreadable). SUMMARY holds one row for every project. Areas are statutory ellipsoidal areas in m², ha and mu.
CONTROL_LINES may be given several times, also a whole .gpkg, .gdb or folder; MAPPING names layers that the catalogue does not know, as JSON {"layer": "YJJBNT"}. REPORT takes .docx, .xlsx, .pdf or .html, several separated by ";".
Example: tools/process run onemap:checkcontrollines --PROJECTS=projects.gpkg --PROJECT_KEY=XMBH "--CONTROL_LINES=county.gpkg|layername=YJJBNTTB" "--CONTROL_LINES=county.gpkg|layername=STBHHX" --FINDINGS=findings.gpkg --VERDICTS=verdicts.gpkg --REPORT=report.docx</source>
      <translation>把项目用地与“3+X”控制线套合：永久基本农田、生态保护红线、城镇开发边界，以及规则集中的其他控制线。
问题图斑是冲突的部分；审查结论每个项目、每条控制线一行：conflict（违反禁止或有条件规则）、involved（仅须征求意见或提示）、clear（未涉及）、not_checked（没有图层）、failed（图层读取失败）。SUMMARY 每个项目一行。面积为法定椭球面积，单位 m²、公顷、亩。
CONTROL_LINES 可给多次，也可以是整个 .gpkg、.gdb 或文件夹；MAPPING 指定目录不认识的图层，用 JSON：{"图层": "YJJBNT"}。REPORT 为 .docx、.xlsx、.pdf 或 .html，多个用“;”分隔。
示例：tools/process run onemap:checkcontrollines --PROJECTS=projects.gpkg --PROJECT_KEY=XMBH "--CONTROL_LINES=county.gpkg|layername=YJJBNTTB" "--CONTROL_LINES=county.gpkg|layername=STBHHX" --FINDINGS=findings.gpkg --VERDICTS=verdicts.gpkg --REPORT=report.docx</translation>
    </message>
    <message>
      <source>Choice</source>
      <translation>选项</translation>
    </message>
    <message>
      <source>Choose a building in the list.</source>
      <translation>请在列表中选择一栋建筑。</translation>
    </message>
    <message>
      <source>Choose a file or folder</source>
      <translation>选择文件或文件夹</translation>
    </message>
    <message>
      <source>Choose a layer of divisions first.</source>
      <translation>请先选择政区图层。</translation>
    </message>
    <message>
      <source>Choose a layer of parcels, a table of firms and a table of taxes first.</source>
      <translation>请先选择地块图层、企业名单和税收表。</translation>
    </message>
    <message>
      <source>Choose a package and its specification, then Inspect.</source>
      <translation>请选择成果包和规范，然后点“开始质检”。</translation>
    </message>
    <message>
      <source>Choose a parcel to see its reasons here and to move the map there.</source>
      <translation>点选一个地块：此处列出理由，地图定位到该地块。</translation>
    </message>
    <message>
      <source>Choose an indicator to see what it came from.</source>
      <translation>点选一项指标，查看它的来源。</translation>
    </message>
    <message>
      <source>Choose criteria and a layer first.</source>
      <translation>请先选择选址条件和图层。</translation>
    </message>
    <message>
      <source>Choose one of the two.</source>
      <translation>请在两者中选择其一。</translation>
    </message>
    <message>
      <source>Choose the buildings of a design and what limits them, then Check.</source>
      <translation>选择方案建筑和管控图层，然后点“检查”。</translation>
    </message>
    <message>
      <source>Choose the coordinate system of the places.</source>
      <translation>请选择位置坐标的坐标系。</translation>
    </message>
    <message>
      <source>Choose the layer before and the layer after; both must be open in QGIS.</source>
      <translation>请选择变更前和变更后的图层，两者都须已在 QGIS 中打开。</translation>
    </message>
    <message>
      <source>Choose the layers of the land database with the button Land layers… of the tab Low-efficiency land.</source>
      <translation>请在“低效用地”页用“用地图层…”按钮选择用地数据库图层（JYJY_DXYDDK 等）。</translation>
    </message>
    <message>
      <source>Choose the offline kit…</source>
      <translation>选择离线安装包…</translation>
    </message>
    <message>
      <source>Choose the parcels and the tables, then compute.</source>
      <translation>选择地块图层和表格后点“计算”。</translation>
    </message>
    <message>
      <source>Choose the unit of: {0}</source>
      <translation>请选择计量单位：{0}</translation>
    </message>
    <message>
      <source>Choose where the workspace is to be kept.</source>
      <translation>请选择工作空间的保存位置。</translation>
    </message>
    <message>
      <source>Chooses NUMBER of the candidates so that most demand lies within REACH of one (maximal covering), or so that the way to the nearest is shortest on the whole (p-median). Facilities that are there (EXISTING) serve, too. NUMBER 0: as few as serve SHARE per cent of the demand.
Distances are straight, or along ROADS. Small problems are solved exactly; of others the report says how much better a choice can be at most.
Example: tools/process run onemap:locatefacilities --DEMAND=villages.gpkg --WEIGHT_FIELD=people --CANDIDATES=parcels.gpkg --NUMBER=3 --REACH=1000 --ROADS=roads.gpkg --SITES=sites.gpkg --REPORT=facilities.docx</source>
      <translation>从候选位置中选出 NUMBER 处，使服务半径 REACH 内的需求量最大（最大覆盖），或使到最近设施的总出行距离最短（P-中位）。现有设施（EXISTING）同样提供服务。NUMBER 为 0 时，以最少数量达到 SHARE 的服务比例。
距离为直线距离，或沿道路 ROADS 计算。规模较小时求得精确最优解；规模较大时报告说明任何选择至多还能好多少。
示例：tools/process run onemap:locatefacilities --DEMAND=villages.gpkg --WEIGHT_FIELD=people --CANDIDATES=parcels.gpkg --NUMBER=3 --REACH=1000 --ROADS=roads.gpkg --SITES=sites.gpkg --REPORT=facilities.docx</translation>
    </message>
    <message>
      <source>Choose…</source>
      <translation>选择…</translation>
    </message>
    <message>
      <source>Chosen for two columns: {0}</source>
      <translation>重复对应的字段：{0}</translation>
    </message>
    <message>
      <source>Circle</source>
      <translation>圆</translation>
    </message>
    <message>
      <source>City</source>
      <translation>市</translation>
    </message>
    <message>
      <source>City plan</source>
      <translation>市级规划</translation>
    </message>
    <message>
      <source>CityJSON file</source>
      <translation>CityJSON 文件</translation>
    </message>
    <message>
      <source>Class</source>
      <translation>类别</translation>
    </message>
    <message>
      <source>Class after</source>
      <translation>后期地类</translation>
    </message>
    <message>
      <source>Class before</source>
      <translation>前期地类</translation>
    </message>
    <message>
      <source>Class code</source>
      <translation>地类编码</translation>
    </message>
    <message>
      <source>Class codes</source>
      <translation>地类编码</translation>
    </message>
    <message>
      <source>Class field</source>
      <translation>类别字段</translation>
    </message>
    <message>
      <source>Class of land</source>
      <translation>地类分值</translation>
    </message>
    <message>
      <source>Clause</source>
      <translation>条文</translation>
    </message>
    <message>
      <source>Clear</source>
      <translation>未冲突</translation>
    </message>
    <message>
      <source>Clear before, not checked now (projects): {0}</source>
      <translation>前一轮未涉及、本轮未能检查（项目数）：{0}</translation>
    </message>
    <message>
      <source>Clear the list</source>
      <translation>清空</translation>
    </message>
    <message>
      <source>Click a point or the points of a line, right-click to finish.</source>
      <translation>单击一个点，或依次单击线的各点，右键结束。</translation>
    </message>
    <message>
      <source>Click a project in a list or on the map to see its card.</source>
      <translation>在清单或图上点选项目，查看项目卡片。</translation>
    </message>
    <message>
      <source>Click a project to see its control lines.</source>
      <translation>点选上表中的项目，查看各控制线结论。</translation>
    </message>
    <message>
      <source>Click a row to see the project on the map</source>
      <translation>单击一行，地图缩放到该项目</translation>
    </message>
    <message>
      <source>Click the centre, then a point of the circle.</source>
      <translation>先单击圆心，再单击圆上一点。</translation>
    </message>
    <message>
      <source>Click the corners of the polygon, right-click to finish.</source>
      <translation>依次点击面的拐点，右键结束。</translation>
    </message>
    <message>
      <source>Click the corners of the range, right-click to finish. Backspace removes the last corner, Esc starts over.</source>
      <translation>逐点单击绘制范围，右键结束；退格键撤销一点，Esc 重新绘制。</translation>
    </message>
    <message>
      <source>Click the place on the map.</source>
      <translation>请在地图上点击位置。</translation>
    </message>
    <message>
      <source>Click two opposite corners.</source>
      <translation>单击矩形的两个对角。</translation>
    </message>
    <message>
      <source>Client certificate</source>
      <translation>客户端证书</translation>
    </message>
    <message>
      <source>Close</source>
      <translation>关闭</translation>
    </message>
    <message>
      <source>Close to the target</source>
      <translation>接近目标</translation>
    </message>
    <message>
      <source>Close without saving the changes?</source>
      <translation>关闭而不保存修改？</translation>
    </message>
    <message>
      <source>Code</source>
      <translation>编码</translation>
    </message>
    <message>
      <source>Code is valid</source>
      <translation>代码校验</translation>
    </message>
    <message>
      <source>Code list</source>
      <translation>字典</translation>
    </message>
    <message>
      <source>Code lists</source>
      <translation>字典</translation>
    </message>
    <message>
      <source>Code of the layer, as its table is named</source>
      <translation>图层代码（即图层表名）</translation>
    </message>
    <message>
      <source>Codes, range or form</source>
      <translation>字典、值域或格式</translation>
    </message>
    <message>
      <source>Coefficient of refraction</source>
      <translation>折光系数</translation>
    </message>
    <message>
      <source>Collections it does not have: {0}</source>
      <translation>平台没有的集合：{0}</translation>
    </message>
    <message>
      <source>Collects indicator values of many counties from files (VALUES of the indicators, Excel, CSV) and from the records of a workspace, as synchronisation and courier bags bring them. Checks that all are there and plausible: sums of cities, jumps against the year before, slips of units (10, 15, 10,000 times), negative and copied numbers, last year's table. Every doubtful cell gets one question; RETURN_QUESTIONS returns the submitted records with it; push or a courier bag takes them back to their counties.
EXPECTED is the list that completeness is judged against: plan_city, plan_county, plan_town, plan_village, assessment, or an indicator set.
Tables have the columns division, indicator, year, value, and unit, reason, dates where known. TEMPLATE is a workbook with named cells (om.CODE.INDICATOR, om.total.INDICATOR) that FILLED is made from. FROZEN keeps the edition with its SHA-256; PREVIOUS is an earlier one to compare with.
Example: tools/process run onemap:summarise --FOLDER=counties --DIVISIONS=divisions.csv --YEAR=2025 --QUESTIONS=questions.gpkg --TOTALS=totals.gpkg --FROZEN=edition.json --REPORT=summary.docx</source>
      <translation>汇集各县区的指标值：文件（指标计算的 VALUES、Excel、CSV），以及工作空间中经同步或离线汇交包收到的记录。检查是否齐全、是否合理：全市与县区之和、与上年相比的突变、单位错位（10、15、10000 倍）、负数、雷同、误报上年表。每个有疑问的单元只提一个问题；选 RETURN_QUESTIONS 时把已提交的记录连同问题退回，随下次推送或离线汇交包送达县区。
EXPECTED 为判断是否齐全的应报指标清单：plan_city、plan_county、plan_town、plan_village、assessment，或一个指标集。
表中须有政区代码、指标、年份、数值列，可有单位、说明、日期。TEMPLATE 为含命名单元格（om.政区代码.指标、om.total.指标）的工作簿，填好后存为 FILLED。FROZEN 保存本版及其 SHA-256；PREVIOUS 为用于比较的上一版。
示例：tools/process run onemap:summarise --FOLDER=counties --DIVISIONS=divisions.csv --YEAR=2025 --QUESTIONS=questions.gpkg --TOTALS=totals.gpkg --FROZEN=edition.json --REPORT=summary.docx</translation>
    </message>
    <message>
      <source>Colour a map layer</source>
      <translation>地图着色</translation>
    </message>
    <message>
      <source>Colour the layers as their control lines</source>
      <translation>按控制线给图层配色</translation>
    </message>
    <message>
      <source>Column in the workbook</source>
      <translation>工作簿中的列</translation>
    </message>
    <message>
      <source>Column mapping</source>
      <translation>列对应方案</translation>
    </message>
    <message>
      <source>Column titles found in rows {0} to {1}. Green columns match, yellow ones are similar: please check them.</source>
      <translation>表头位于第 {0} 至 {1} 行。绿色列已确定对应，黄色列仅名称相近，请核对。</translation>
    </message>
    <message>
      <source>Compactness (4πA/P²)</source>
      <translation>紧凑度（4πA/P²）</translation>
    </message>
    <message>
      <source>Compare</source>
      <translation>开始比对</translation>
    </message>
    <message>
      <source>Compare two rounds of a review case</source>
      <translation>对比审查件的两个轮次</translation>
    </message>
    <message>
      <source>Compare two selected rounds, or one with the round before</source>
      <translation>对比选中的两轮；只选一轮时与上一轮对比</translation>
    </message>
    <message>
      <source>Compare two vintages of a layer</source>
      <translation>两期数据对比</translation>
    </message>
    <message>
      <source>Compare with anchors…</source>
      <translation>与锚点比对…</translation>
    </message>
    <message>
      <source>Compare with another version of the design</source>
      <translation>与方案的另一版本比较</translation>
    </message>
    <message>
      <source>Compares two rounds of a review case that are kept in a workspace, per project and control line: new, grown, unchanged, reduced, resolved; absent where the project is not in the later round, unknown where a round could not check the line. Areas in m². CAUSE tells changes of data from changes of rules.
ROUND_A and ROUND_B are numbers of rounds; 0 stands for the latest round and the one before it. LIMIT_M2 is the area below which a change is none. With SEPARATE_RULES the data of ROUND_A is run again under the rules of ROUND_B, if it is at hand, so that both causes have their own areas. REPORT takes .docx, .xlsx, .pdf or .html, several separated by ";".
Example: tools/process run onemap:comparerounds --WORKSPACE=county.gpkg --CASE=projects --ROUND_A=1 --ROUND_B=2 --CHANGES=changes.gpkg --REPORT=changes.docx</source>
      <translation>按项目和控制线对比工作空间中同一审查件的两个轮次：new 新增、grown 扩大、unchanged 未变、reduced 减少、resolved 已消除；absent 表示后一轮没有该项目，unknown 表示其中一轮未能检查该控制线。面积单位 m²。CAUSE 区分数据变化与规则变化。
ROUND_A、ROUND_B 为轮次号，0 表示最新一轮及其上一轮。LIMIT_M2 为视为未变的面积变化上限。勾选 SEPARATE_RULES 时，在数据仍在手的情况下用 ROUND_A 的数据按 ROUND_B 的规则重算，分列两种原因引起的面积变化。REPORT 支持 .docx、.xlsx、.pdf、.html，多个以“;”分隔。
示例：tools/process run onemap:comparerounds --WORKSPACE=county.gpkg --CASE=projects --ROUND_A=1 --ROUND_B=2 --CHANGES=changes.gpkg --REPORT=changes.docx</translation>
    </message>
    <message>
      <source>Compares two states of a polygon layer. CHANGES holds each piece of land once: added, removed, of another class (reclassed), handed to another feature of the same class (reshaped), or with other attributes. MATRIX holds the areas from class to class, unchanged land included; its rows sum to BEFORE, its columns to AFTER; an empty class is land that the vintage does not cover.
Features are matched by KEY, then by equal geometry, then where they overlap by 98 % both ways. Areas are statutory, in m², ha and mu. Pieces below TOLERANCE_M2 are marked as slivers, never dropped. GROUP is a layer of divisions by which MATRIX is split.
Example: tools/process run onemap:comparelayers --BEFORE=2023.gpkg|layername=DLTB --AFTER=2024.gpkg|layername=DLTB --KEY=BSM --CLASS_FIELD=DLBM --CHANGES=changes.gpkg --MATRIX=matrix.gpkg --REPORT=changes.docx</source>
      <translation>对比同一面图层的两期数据。CHANGES 中变化的每一块土地各一行：新增、减少、地类变更（reclassed）、地类未变而划给其他图斑（reshaped），或属性变更。MATRIX 为地类转移矩阵，含未变化部分；各行之和等于 BEFORE，各列之和等于 AFTER；空地类表示该期没有覆盖。
图斑先按 KEY、再按相同图形、再按双方重叠 98% 以上匹配。面积为法定椭球面积，以平方米、公顷、亩计。小于 TOLERANCE_M2 的标为碎图斑，不会剔除。GROUP 为政区图层，用来分列 MATRIX。
示例：tools/process run onemap:comparelayers --BEFORE=2023.gpkg|layername=DLTB --AFTER=2024.gpkg|layername=DLTB --KEY=BSM --CLASS_FIELD=DLBM --CHANGES=changes.gpkg --MATRIX=matrix.gpkg --REPORT=changes.docx</translation>
    </message>
    <message>
      <source>Compare…</source>
      <translation>对比…</translation>
    </message>
    <message>
      <source>Comparing scenarios</source>
      <translation>对比情景</translation>
    </message>
    <message>
      <source>Comparing the rounds</source>
      <translation>正在对比轮次</translation>
    </message>
    <message>
      <source>Comparing two vintages</source>
      <translation>两期数据比对</translation>
    </message>
    <message>
      <source>Comparison</source>
      <translation>对比</translation>
    </message>
    <message>
      <source>Complete</source>
      <translation>齐全</translation>
    </message>
    <message>
      <source>Complete divisions</source>
      <translation>齐全的县区</translation>
    </message>
    <message>
      <source>Completed on</source>
      <translation>完成日期</translation>
    </message>
    <message>
      <source>Completeness</source>
      <translation>成果完整性</translation>
    </message>
    <message>
      <source>Component</source>
      <translation>组件</translation>
    </message>
    <message>
      <source>Computation</source>
      <translation>计算</translation>
    </message>
    <message>
      <source>Compute</source>
      <translation>计算</translation>
    </message>
    <message>
      <source>Compute selected</source>
      <translation>计算所选</translation>
    </message>
    <message>
      <source>Computed then by {0}, now by {1}.</source>
      <translation>当时由 {0} 计算，现为 {1}。</translation>
    </message>
    <message>
      <source>Computes an indicator set for every division and year. SPEC is a YAML file, or one of the sets that come with the plugin: td1063_layers (34 indicators), plan_city (35), village (13). Their units, formulas and thresholds are proposals to be checked.
LAYERS are known by name and year (DLTB_2024, CZKFBJ), or by MAPPING, for example {"land2024": "landuse@2024"}. A GeoPackage without a layer name stands for all layers in it. STATISTICS has the columns code, year, key, value and unit; a number without a unit that fits is not used. GOALS has indicator, code, kind (baseline or target), year and value. What lacks an input is not computed, and the reason names it; it is never 0. Areas are statutory. A layer that has not changed since an earlier run is not measured again.
VALUES has a row for each indicator, division and year; WARNINGS the sentences; DIVISION_MAP the divisions with all values of the year; FEATURES the features behind one indicator (TRACE).
Example: tools/process run onemap:indicators --SPEC=td1063_layers --LAYERS=monitoring.gpkg --DIVISIONS=monitoring.gpkg|layername=XZQ_XZ --STATISTICS=statistics.xlsx --GOALS=goals.xlsx --YEAR=2025 --VALUES=values.gpkg --WARNINGS=warnings.gpkg --REPORT=monitoring.docx</source>
      <translation>按政区、年度计算一套指标。SPEC 为 YAML 文件，或插件自带的指标集：td1063_layers（34 项）、plan_city（35 项）、village（13 项）；其单位、公式和阈值均为待核对的建议值。
LAYERS 按名称和年份识别（DLTB_2024、CZKFBJ），也可用 MAPPING 指明，如 {"land2024": "landuse@2024"}；不写图层名的 GeoPackage 表示其中全部图层。STATISTICS 的列为政区代码、年份、指标、数值、单位，单位缺失或不符的数不采用。GOALS 的列为指标、政区代码、类型（基期或目标）、年份、数值。缺少输入的指标不计算并写明缺什么，绝不以 0 代替。面积为法定椭球面积。与上次相比没有变化的图层不再量算。
VALUES 每个指标、政区、年度一行；WARNINGS 为预警语句；DIVISION_MAP 为带当年全部数值的政区；FEATURES 为某一指标（TRACE）背后的要素。
示例：tools/process run onemap:indicators --SPEC=td1063_layers --LAYERS=monitoring.gpkg --DIVISIONS=monitoring.gpkg|layername=XZQ_XZ --STATISTICS=statistics.xlsx --GOALS=goals.xlsx --YEAR=2025 --VALUES=values.gpkg --WARNINGS=warnings.gpkg --REPORT=monitoring.docx</translation>
    </message>
    <message>
      <source>Computing from the layers…</source>
      <translation>正在由图层计算…</translation>
    </message>
    <message>
      <source>Conclusion</source>
      <translation>结论</translation>
    </message>
    <message>
      <source>Cond.</source>
      <translation>有条件</translation>
    </message>
    <message>
      <source>Condition</source>
      <translation>条件</translation>
    </message>
    <message>
      <source>Conditional</source>
      <translation>有条件</translation>
    </message>
    <message>
      <source>Confidence</source>
      <translation>可信度</translation>
    </message>
    <message>
      <source>Confidence: {0}</source>
      <translation>可信度：{0}</translation>
    </message>
    <message>
      <source>Conflict</source>
      <translation>冲突</translation>
    </message>
    <message>
      <source>Conflicting projects get their maps first</source>
      <translation>冲突项目优先附图</translation>
    </message>
    <message>
      <source>Conflicts to decide</source>
      <translation>待裁定的冲突数</translation>
    </message>
    <message>
      <source>Connect the provincial platform</source>
      <translation>连接省级平台</translation>
    </message>
    <message>
      <source>Connecting</source>
      <translation>正在连接</translation>
    </message>
    <message>
      <source>Connections are added in the browser panel of QGIS</source>
      <translation>连接在 QGIS 浏览器面板中添加</translation>
    </message>
    <message>
      <source>Constraint</source>
      <translation>约束</translation>
    </message>
    <message>
      <source>Constraint (M, C, O)</source>
      <translation>约束（M 必选 C 条件 O 可选）</translation>
    </message>
    <message>
      <source>Constraints</source>
      <translation>硬约束</translation>
    </message>
    <message>
      <source>Constraints of the range</source>
      <translation>范围管控结果</translation>
    </message>
    <message>
      <source>Constraints of this range</source>
      <translation>范围管控要求</translation>
    </message>
    <message>
      <source>Consultation</source>
      <translation>征求意见</translation>
    </message>
    <message>
      <source>Content hash</source>
      <translation>内容校验值</translation>
    </message>
    <message>
      <source>Continue the draft</source>
      <translation>继续填写</translation>
    </message>
    <message>
      <source>Contours of the heights allowed</source>
      <translation>允许高度等值线</translation>
    </message>
    <message>
      <source>Contributions</source>
      <translation>得分构成</translation>
    </message>
    <message>
      <source>Control feature</source>
      <translation>控制要素</translation>
    </message>
    <message>
      <source>Control feature id</source>
      <translation>控制要素号</translation>
    </message>
    <message>
      <source>Control line</source>
      <translation>控制线</translation>
    </message>
    <message>
      <source>Control line: {0}</source>
      <translation>控制线：{0}</translation>
    </message>
    <message>
      <source>Control lines</source>
      <translation>控制线</translation>
    </message>
    <message>
      <source>Control lines and projects</source>
      <translation>控制线和项目用地</translation>
    </message>
    <message>
      <source>Control lines and projects: GeoPackage, shapefile, geodatabase.</source>
      <translation>控制线和项目用地文件：GeoPackage、Shapefile 等，可多选。</translation>
    </message>
    <message>
      <source>Control lines of the county</source>
      <translation>本县控制线</translation>
    </message>
    <message>
      <source>Control lines on the map</source>
      <translation>控制线上图</translation>
    </message>
    <message>
      <source>Control-line layers</source>
      <translation>控制线图层</translation>
    </message>
    <message>
      <source>Conversion table</source>
      <translation>转换表</translation>
    </message>
    <message>
      <source>Convert land classes</source>
      <translation>地类转换</translation>
    </message>
    <message>
      <source>Converted</source>
      <translation>单位换算</translation>
    </message>
    <message>
      <source>Converted land classes</source>
      <translation>转换结果</translation>
    </message>
    <message>
      <source>Converted parcels in the fields of a specification</source>
      <translation>按规范字段的转换结果</translation>
    </message>
    <message>
      <source>Converts the land classes of a polygon layer by a table: third land survey to 2023 (sandiao_to_2023), 2020 to 2023 (2020_to_2023), or a table of your own (.csv or .yaml with from_code, to_code, kind).
A code that may become several classes is never guessed: its parcels go to UNDECIDED with their candidates and area, until SPLITS (.csv or .yaml) decides: by code, by a QGIS expression (where), or by a helper layer that cuts the parcels (layer, field, rest), or gives them the class of its largest share (method: largest). A code that the table does not know goes there too. Areas are statutory, in m², ha and mu; those of OUTPUT and UNDECIDED sum to those of INPUT.
With WORKSPACE the decisions of SPLITS are kept there; USE_KEPT uses them again where SPLITS says nothing; DECISIONS writes a file of what is open, with what was decided before, to be filled in and given as SPLITS.
TARGET_SPEC (county, survey, ... or a YAML file) with TARGET_LAYER and FIELD_MAP, as in mapfields, writes the converted parcels once more as TARGET, in the fields of the specification.
PADDING writes new codes with so many digits. CROSSTAB and REPORT (.docx, .xlsx, .pdf or .html, several separated by ";") tell what became of what, and which new classes cannot be turned back.
Example: tools/process run onemap:convertclasses --INPUT=county.gpkg|layername=DLTB --CODE_FIELD=DLBM --TABLE=sandiao_to_2023 --SPLITS=decisions.yaml --OUTPUT=base.gpkg --UNDECIDED=undecided.gpkg --CROSSTAB=crosstab.gpkg --REPORT=conversion.docx</source>
      <translation>按转换表转换面图层的地类：三调转 2023 版（sandiao_to_2023）、2020 版转 2023 版（2020_to_2023），或自己的转换表（.csv 或 .yaml，含 from_code、to_code、kind 列）。
可能对应多个地类的编码一律不推定：其图斑连同可选地类和面积列入 UNDECIDED，直到 SPLITS（.csv 或 .yaml）给出决定：按编码、按 QGIS 表达式（where），或按辅助图层切分图斑（layer、field、rest），或不切分而取辅助图层占比最大的地类（method: largest）。转换表不认识的编码也列入其中。面积为法定椭球面积，以平方米、公顷、亩计；OUTPUT 与 UNDECIDED 的面积之和等于 INPUT。
给出 WORKSPACE 时，SPLITS 的决定保存在其中；USE_KEPT 在 SPLITS 未涉及处沿用；DECISIONS 写出待定编码及以往决定的文件，填好后作为 SPLITS 给出。
给出 TARGET_SPEC（county、survey……或 YAML 文件）以及同“按规范整理图层字段”的 TARGET_LAYER、FIELD_MAP 时，转换后的图斑另按规范的字段写入 TARGET。
PADDING 把新编码补零到所给位数。CROSSTAB 和 REPORT（.docx、.xlsx、.pdf 或 .html，多个用“;”分隔）说明由什么转成了什么，以及哪些新地类无法还原。
示例：tools/process run onemap:convertclasses --INPUT=county.gpkg|layername=DLTB --CODE_FIELD=DLBM --TABLE=sandiao_to_2023 --SPLITS=decisions.yaml --OUTPUT=base.gpkg --UNDECIDED=undecided.gpkg --CROSSTAB=crosstab.gpkg --REPORT=conversion.docx</translation>
    </message>
    <message>
      <source>Copy a reminder</source>
      <translation>复制催报文字</translation>
    </message>
    <message>
      <source>Copy a request to the administrator</source>
      <translation>复制给管理员的申请</translation>
    </message>
    <message>
      <source>Copy from last period</source>
      <translation>沿用上期</translation>
    </message>
    <message>
      <source>Copy report for support</source>
      <translation>复制技术支持信息</translation>
    </message>
    <message>
      <source>Copy table</source>
      <translation>复制表格</translation>
    </message>
    <message>
      <source>Copy the command</source>
      <translation>复制命令</translation>
    </message>
    <message>
      <source>Copy the list</source>
      <translation>复制列表</translation>
    </message>
    <message>
      <source>Corners of a finished range can be dragged.</source>
      <translation>画完后可拖动拐点。</translation>
    </message>
    <message>
      <source>Cost [yuan]</source>
      <translation>金额（元）</translation>
    </message>
    <message>
      <source>Count</source>
      <translation>数量</translation>
    </message>
    <message>
      <source>Counted</source>
      <translation>计入</translation>
    </message>
    <message>
      <source>Counted area (mu)</source>
      <translation>计入面积（亩）</translation>
    </message>
    <message>
      <source>Counted area (m²)</source>
      <translation>计入面积（m²）</translation>
    </message>
    <message>
      <source>Counted on</source>
      <translation>达到日期</translation>
    </message>
    <message>
      <source>Counted projects</source>
      <translation>计入项目数</translation>
    </message>
    <message>
      <source>Counted without a polygon</source>
      <translation>计入但无图形</translation>
    </message>
    <message>
      <source>Counting what remains</source>
      <translation>正在统计剩余</translation>
    </message>
    <message>
      <source>Counts from stage</source>
      <translation>计任务的阶段</translation>
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
      <source>County plan</source>
      <translation>县级规划</translation>
    </message>
    <message>
      <source>County's store</source>
      <translation>县级图层库</translation>
    </message>
    <message>
      <source>Courier bag</source>
      <translation>离线汇交包</translation>
    </message>
    <message>
      <source>Courier bags</source>
      <translation>离线汇交包</translation>
    </message>
    <message>
      <source>Courier bags…</source>
      <translation>离线汇交包…</translation>
    </message>
    <message>
      <source>Create a workspace</source>
      <translation>新建工作空间</translation>
    </message>
    <message>
      <source>Credit code</source>
      <translation>信用代码</translation>
    </message>
    <message>
      <source>Criteria</source>
      <translation>选址条件</translation>
    </message>
    <message>
      <source>Criteria (YAML)</source>
      <translation>选址条件文件（YAML）</translation>
    </message>
    <message>
      <source>Criterion</source>
      <translation>条件</translation>
    </message>
    <message>
      <source>Cuts out of the extent everything the criteria exclude, with their distances, and searches what is left for compact sites of the wanted area [m², statutory]; the best COUNT by the scored factors that keep SPACING [m] from each other.
SITES lie inside the free land exactly. FREE_LAND is that land in pieces of one search tile each; REMOVALS tells how much land each criterion takes alone and in order. FOLLOW names a layer of parcels or roads whose edges the sites shall follow; of parcels, single and neighbouring ones are taken whole as well.
Example: tools/process run onemap:findsites --EXTENT_LAYER=town.gpkg --CRITERIA=resources/siting/industrial_15mu.yaml "--LAYERS=county.gpkg|layername=YJJBNTTB" "--LAYERS=county.gpkg|layername=STBHHX" --COUNT=5 --SITES=sites.gpkg --REPORT=siting.docx</source>
      <translation>从选址范围中扣除选址条件排除的全部土地（含退让距离），在剩余土地中搜索面积符合要求 [平方米，法定面积]、形状规整的地块，按评分因子择优取 COUNT 处，相互间距不小于 SPACING [米]。
SITES 完全位于可选土地之内。FREE_LAND 为可选土地，按搜索分块输出；REMOVALS 列出各条件单独扣除和依次扣除的面积。FOLLOW 指定宗地或道路图层，推荐地块沿用其边界；为宗地时，还以整宗或相邻数宗合并作为备选地块。
示例：tools/process run onemap:findsites --EXTENT_LAYER=town.gpkg --CRITERIA=resources/siting/industrial_15mu.yaml "--LAYERS=county.gpkg|layername=YJJBNTTB" "--LAYERS=county.gpkg|layername=STBHHX" --COUNT=5 --SITES=sites.gpkg --REPORT=siting.docx</translation>
    </message>
    <message>
      <source>Data</source>
      <translation>数据</translation>
    </message>
    <message>
      <source>Data and rules</source>
      <translation>数据和规则</translation>
    </message>
    <message>
      <source>Data as of</source>
      <translation>数据时点</translation>
    </message>
    <message>
      <source>Database of today</source>
      <translation>现行成果数据库</translation>
    </message>
    <message>
      <source>Date</source>
      <translation>日期</translation>
    </message>
    <message>
      <source>Date of the layer's data. Enter it where neither a field nor the metadata gives it.</source>
      <translation>图层数据的时点。字段和元数据中都没有时在这里填写，单击选日期；留空即按数据。</translation>
    </message>
    <message>
      <source>Date, who gave it</source>
      <translation>日期、提供单位</translation>
    </message>
    <message>
      <source>Dates of the control layers (JSON)</source>
      <translation>控制线图层的数据日期（JSON）</translation>
    </message>
    <message>
      <source>Datum of the buildings' levels</source>
      <translation>建筑标高的高程基准</translation>
    </message>
    <message>
      <source>Datum of the terrain</source>
      <translation>地形的高程基准</translation>
    </message>
    <message>
      <source>Datum: levels, terrain</source>
      <translation>高程基准：建筑、地形</translation>
    </message>
    <message>
      <source>Day</source>
      <translation>日期</translation>
    </message>
    <message>
      <source>Day of the report</source>
      <translation>报告日期</translation>
    </message>
    <message>
      <source>Days without progress</source>
      <translation>停留天数</translation>
    </message>
    <message>
      <source>Deadline</source>
      <translation>截止日期</translation>
    </message>
    <message>
      <source>Decide later</source>
      <translation>以后再定</translation>
    </message>
    <message>
      <source>Decided before for this table: {0}. USE_KEPT uses these decisions again.</source>
      <translation>此表以往已决定：{0}。勾选 USE_KEPT 可沿用。</translation>
    </message>
    <message>
      <source>Decided for {0} items; items offered again are sent with the next sync.</source>
      <translation>已处理 {0} 条；重新报送的随下次同步发出。</translation>
    </message>
    <message>
      <source>Decided on</source>
      <translation>认定或批复日期</translation>
    </message>
    <message>
      <source>Decided on {0}, due until {1}, completed on {2}</source>
      <translation>认定 {0}，期限 {1}，完成 {2}</translation>
    </message>
    <message>
      <source>Decided; it is sent with the next sync.</source>
      <translation>已裁定，将在下次同步时发送。</translation>
    </message>
    <message>
      <source>Decide…</source>
      <translation>裁定冲突…</translation>
    </message>
    <message>
      <source>Decimal number (Float)</source>
      <translation>小数（Float）</translation>
    </message>
    <message>
      <source>Decimals</source>
      <translation>小数位</translation>
    </message>
    <message>
      <source>Decimals of coordinates</source>
      <translation>坐标小数位数</translation>
    </message>
    <message>
      <source>Decisions (.csv, .yaml)</source>
      <translation>细分决定（.csv、.yaml）</translation>
    </message>
    <message>
      <source>Decisions to be filled in</source>
      <translation>待填写的决定</translation>
    </message>
    <message>
      <source>Defect</source>
      <translation>问题</translation>
    </message>
    <message>
      <source>Defect (layer, feature)</source>
      <translation>问题（图层 要素）</translation>
    </message>
    <message>
      <source>Defects</source>
      <translation>问题</translation>
    </message>
    <message>
      <source>Defects are kept in {0}</source>
      <translation>问题清单保存在 {0}</translation>
    </message>
    <message>
      <source>Defects as lines</source>
      <translation>问题（线）</translation>
    </message>
    <message>
      <source>Defects as polygons</source>
      <translation>问题（面）</translation>
    </message>
    <message>
      <source>Defects listed of an item and layer</source>
      <translation>每项每图层最多列出的问题数</translation>
    </message>
    <message>
      <source>Defects of the run before</source>
      <translation>上一次的问题图层</translation>
    </message>
    <message>
      <source>Delete</source>
      <translation>删除</translation>
    </message>
    <message>
      <source>Delete it there too</source>
      <translation>平台上也删除</translation>
    </message>
    <message>
      <source>Delete the cache ({0} MB)</source>
      <translation>删除缓存（{0} MB）</translation>
    </message>
    <message>
      <source>Delete {0} records? The audit chain keeps their values.</source>
      <translation>确定删除{0}条记录？审计链会保留其内容。</translation>
    </message>
    <message>
      <source>Deleted here, not created again</source>
      <translation>本机已删除，不重建</translation>
    </message>
    <message>
      <source>Deleted in another program</source>
      <translation>在其他程序中删除</translation>
    </message>
    <message>
      <source>Deletion: {0}</source>
      <translation>删除：{0}</translation>
    </message>
    <message>
      <source>Demand</source>
      <translation>要求</translation>
    </message>
    <message>
      <source>Demand (villages, buildings)</source>
      <translation>需求点（村庄、房屋）</translation>
    </message>
    <message>
      <source>Demand and its facility</source>
      <translation>需求点及其服务设施</translation>
    </message>
    <message>
      <source>Demand place</source>
      <translation>需求点</translation>
    </message>
    <message>
      <source>Demand served</source>
      <translation>服务需求量</translation>
    </message>
    <message>
      <source>Demand to be served [%]</source>
      <translation>须服务的需求比例（%）</translation>
    </message>
    <message>
      <source>Demand: {0}</source>
      <translation>约束：{0}</translation>
    </message>
    <message>
      <source>Demands checked</source>
      <translation>已检查项</translation>
    </message>
    <message>
      <source>Demands missed</source>
      <translation>不满足项</translation>
    </message>
    <message>
      <source>Density zones</source>
      <translation>建筑密度分区</translation>
    </message>
    <message>
      <source>Design and its limits</source>
      <translation>方案与管控依据</translation>
    </message>
    <message>
      <source>Destination</source>
      <translation>目的地</translation>
    </message>
    <message>
      <source>Detailed plan</source>
      <translation>详细规划</translation>
    </message>
    <message>
      <source>Dictionaries and form editions</source>
      <translation>字典和表单版本</translation>
    </message>
    <message>
      <source>Difference [mu]</source>
      <translation>增减 [亩]</translation>
    </message>
    <message>
      <source>Difference [m²]</source>
      <translation>增减 [m²]</translation>
    </message>
    <message>
      <source>Differs from the chain: {0}</source>
      <translation>与审计链不一致：{0}</translation>
    </message>
    <message>
      <source>Differs from the chain: {0}, record {1}</source>
      <translation>与审计链不一致：{0}，记录{1}</translation>
    </message>
    <message>
      <source>Digits of new codes</source>
      <translation>新编码位数</translation>
    </message>
    <message>
      <source>Digits of the division codes (0: most)</source>
      <translation>政区代码位数（0：取最多的一级）</translation>
    </message>
    <message>
      <source>Direct weights</source>
      <translation>直接给定权重</translation>
    </message>
    <message>
      <source>Direction</source>
      <translation>方向</translation>
    </message>
    <message>
      <source>Discard the changes?</source>
      <translation>放弃已作的修改吗？</translation>
    </message>
    <message>
      <source>Discard the input</source>
      <translation>放弃未保存内容</translation>
    </message>
    <message>
      <source>Distance (m)</source>
      <translation>距离（m）</translation>
    </message>
    <message>
      <source>Distance [m]</source>
      <translation>距离（米）</translation>
    </message>
    <message>
      <source>Distances</source>
      <translation>距离</translation>
    </message>
    <message>
      <source>Distribute workbooks</source>
      <translation>分发工作簿</translation>
    </message>
    <message>
      <source>District</source>
      <translation>行政区范围</translation>
    </message>
    <message>
      <source>District (instead of the package's own)</source>
      <translation>行政区范围（代替成果包自身的）</translation>
    </message>
    <message>
      <source>Division</source>
      <translation>政区</translation>
    </message>
    <message>
      <source>Division code</source>
      <translation>行政区代码</translation>
    </message>
    <message>
      <source>Division codes (CSV)</source>
      <translation>行政区代码表（CSV）</translation>
    </message>
    <message>
      <source>Divisions</source>
      <translation>分政区</translation>
    </message>
    <message>
      <source>Divisions by status</source>
      <translation>政区（按状态）</translation>
    </message>
    <message>
      <source>Divisions counted</source>
      <translation>计入县区数</translation>
    </message>
    <message>
      <source>Divisions missing</source>
      <translation>缺报县区数</translation>
    </message>
    <message>
      <source>Divisions, year</source>
      <translation>政区、年份</translation>
    </message>
    <message>
      <source>Document number</source>
      <translation>文号</translation>
    </message>
    <message>
      <source>Done (%)</source>
      <translation>完成率（%）</translation>
    </message>
    <message>
      <source>Done (mu)</source>
      <translation>完成（亩）</translation>
    </message>
    <message>
      <source>Done (m²)</source>
      <translation>完成（m²）</translation>
    </message>
    <message>
      <source>Down</source>
      <translation>下移</translation>
    </message>
    <message>
      <source>Draft</source>
      <translation>草稿</translation>
    </message>
    <message>
      <source>Draft a specification from a database</source>
      <translation>由数据库起草质检规范</translation>
    </message>
    <message>
      <source>Drafts a specification for the inspection from a database that was accepted: its layers, fields, lengths, few values as code lists, forms, ranges, and the geometry checks that hold in it. Titles, code lists and the names of the district's layers are taken from LIKE where they fit. Checks that the database breaks itself are left out and named. The draft is a proposal: read it before use.
Example: tools/process run onemap:specfromdatabase --PACKAGE=accepted.gdb --LIKE=county --SPECIFICATION=ours.yaml</source>
      <translation>由已验收的数据库起草质检规范：图层、字段、长度、取值不多的字段作为字典、格式、值域，以及该库自身满足的图形检查。图层名称、字典和行政区图层在合适时取自 LIKE。数据库自身不满足的检查不写入，并逐一说明。草稿是建议，使用前请通读。
示例：tools/process run onemap:specfromdatabase --PACKAGE=accepted.gdb --LIKE=county --SPECIFICATION=ours.yaml</translation>
    </message>
    <message>
      <source>Drag the divider; choose a change to go there.</source>
      <translation>拖动分隔线卷帘查看；在下表点选变化即可定位。</translation>
    </message>
    <message>
      <source>Draw a range and see its constraints</source>
      <translation>绘制范围查看管控要求</translation>
    </message>
    <message>
      <source>Draw a range on the map.</source>
      <translation>请在地图上绘制范围。</translation>
    </message>
    <message>
      <source>Draw on the map</source>
      <translation>在地图上绘制</translation>
    </message>
    <message>
      <source>Drawing layer</source>
      <translation>图纸图层</translation>
    </message>
    <message>
      <source>Draws the chosen layers, and land-use layers, as the catalogue says</source>
      <translation>按目录规定的颜色显示已选控制线和地类图层；已有自定义样式的不动</translation>
    </message>
    <message>
      <source>Drive [min]</source>
      <translation>车行（分钟）</translation>
    </message>
    <message>
      <source>Dry run</source>
      <translation>预演</translation>
    </message>
    <message>
      <source>Dry run: what a sync would do</source>
      <translation>预演：同步将要做什么</translation>
    </message>
    <message>
      <source>Dry run…</source>
      <translation>预演…</translation>
    </message>
    <message>
      <source>Due</source>
      <translation>待办</translation>
    </message>
    <message>
      <source>Due (%)</source>
      <translation>序时进度（%）</translation>
    </message>
    <message>
      <source>Due (mu)</source>
      <translation>应完成（亩）</translation>
    </message>
    <message>
      <source>Due (thin), done (thick), forecast (dashed), mu</source>
      <translation>序时（细）、完成（粗）、推算（虚），亩</translation>
    </message>
    <message>
      <source>Due this period</source>
      <translation>本期应报</translation>
    </message>
    <message>
      <source>Due until</source>
      <translation>期限</translation>
    </message>
    <message>
      <source>Each layer's control line; choose another one where the proposal is wrong.</source>
      <translation>每个图层对应的控制线；推荐不对时请改选</translation>
    </message>
    <message>
      <source>Earlier round (0: the one before)</source>
      <translation>前一轮（0：上一轮）</translation>
    </message>
    <message>
      <source>Edit</source>
      <translation>编辑</translation>
    </message>
    <message>
      <source>Edit in another program</source>
      <translation>在其他程序中修改</translation>
    </message>
    <message>
      <source>Edit set…</source>
      <translation>编辑指标集…</translation>
    </message>
    <message>
      <source>Edition of the set</source>
      <translation>指标集版本</translation>
    </message>
    <message>
      <source>Edit…</source>
      <translation>编辑…</translation>
    </message>
    <message>
      <source>Effect</source>
      <translation>管控效力</translation>
    </message>
    <message>
      <source>Effect after</source>
      <translation>后管控效力</translation>
    </message>
    <message>
      <source>Effect before</source>
      <translation>前管控效力</translation>
    </message>
    <message>
      <source>Element code</source>
      <translation>要素代码</translation>
    </message>
    <message>
      <source>Ellipsoidal heights</source>
      <translation>椭球高（大地高）</translation>
    </message>
    <message>
      <source>Empty</source>
      <translation>空值</translation>
    </message>
    <message>
      <source>Empty template only</source>
      <translation>只导出空白模板</translation>
    </message>
    <message>
      <source>Empty template…</source>
      <translation>导出空白模板…</translation>
    </message>
    <message>
      <source>Encoding</source>
      <translation>编码方式</translation>
    </message>
    <message>
      <source>Ended: {0}.</source>
      <translation>同步结束：{0}。</translation>
    </message>
    <message>
      <source>Ends closer than this are joined [m]</source>
      <translation>端点距离小于此值时连接（米）</translation>
    </message>
    <message>
      <source>English name</source>
      <translation>英文名</translation>
    </message>
    <message>
      <source>Error</source>
      <translation>错误</translation>
    </message>
    <message>
      <source>Errors and conflicts</source>
      <translation>错误与冲突</translation>
    </message>
    <message>
      <source>Errors and warnings</source>
      <translation>错误与提醒</translation>
    </message>
    <message>
      <source>Errors {0}, warnings {1}</source>
      <translation>错误 {0}、提醒 {1}</translation>
    </message>
    <message>
      <source>Evaluated %</source>
      <translation>评价权重 %</translation>
    </message>
    <message>
      <source>Evaluated weights (%)</source>
      <translation>评价权重（%）</translation>
    </message>
    <message>
      <source>Evaluated weights [%]</source>
      <translation>评价权重（%）</translation>
    </message>
    <message>
      <source>Every change is a row of the audit chain; the account of the computer stands in brackets.</source>
      <translation>每次修改都记入审计链；方括号内为当时的操作系统账号。</translation>
    </message>
    <message>
      <source>Every item was checked.</source>
      <translation>所有检查项均已检查。</translation>
    </message>
    <message>
      <source>Everything has been submitted.</source>
      <translation>均已提交。</translation>
    </message>
    <message>
      <source>Everything is installed: no component is missing.</source>
      <translation>安装完整，没有缺少的组件。</translation>
    </message>
    <message>
      <source>Everything matched.</source>
      <translation>全部匹配。</translation>
    </message>
    <message>
      <source>Example of a province</source>
      <translation>省级规范示例</translation>
    </message>
    <message>
      <source>Exceeded by (m)</source>
      <translation>原超出（m）</translation>
    </message>
    <message>
      <source>Exceeds by</source>
      <translation>超出</translation>
    </message>
    <message>
      <source>Exceeds by (m)</source>
      <translation>超出（m）</translation>
    </message>
    <message>
      <source>Excel</source>
      <translation>Excel</translation>
    </message>
    <message>
      <source>Excel: reports, import and export</source>
      <translation>Excel 报告、导入和导出</translation>
    </message>
    <message>
      <source>Exception</source>
      <translation>例外</translation>
    </message>
    <message>
      <source>Exception (expression)</source>
      <translation>例外项目（表达式）</translation>
    </message>
    <message>
      <source>Exceptions</source>
      <translation>例外</translation>
    </message>
    <message>
      <source>Exception…</source>
      <translation>列为例外…</translation>
    </message>
    <message>
      <source>Exchange</source>
      <translation>交换</translation>
    </message>
    <message>
      <source>Exempt land uses</source>
      <translation>不作要求的用地性质</translation>
    </message>
    <message>
      <source>Existing</source>
      <translation>现有</translation>
    </message>
    <message>
      <source>Existing buildings</source>
      <translation>现状建筑</translation>
    </message>
    <message>
      <source>Existing facilities that sites keep the spacing from</source>
      <translation>现有设施（推荐地块与其保持间距）</translation>
    </message>
    <message>
      <source>Expected</source>
      <translation>预期性</translation>
    </message>
    <message>
      <source>Expected by year's end (mu)</source>
      <translation>预计年底（亩）</translation>
    </message>
    <message>
      <source>Expected by year's end: {0} mu ({1})</source>
      <translation>预计年底完成 {0} 亩（{1}）</translation>
    </message>
    <message>
      <source>Expected indicators (name of a list, or an indicator set)</source>
      <translation>应报指标清单（清单名称或指标集）</translation>
    </message>
    <message>
      <source>Expired {0}</source>
      <translation>已于 {0} 过期</translation>
    </message>
    <message>
      <source>Export an Excel workbook</source>
      <translation>导出 Excel 工作簿</translation>
    </message>
    <message>
      <source>Export boundary-point TXT</source>
      <translation>导出界址点 TXT</translation>
    </message>
    <message>
      <source>Export the rule table (Excel)</source>
      <translation>导出规则表（Excel）</translation>
    </message>
    <message>
      <source>Export what the list shows…</source>
      <translation>导出列表所示记录…</translation>
    </message>
    <message>
      <source>Expression</source>
      <translation>表达式</translation>
    </message>
    <message>
      <source>Extent</source>
      <translation>选址范围</translation>
    </message>
    <message>
      <source>Facilities</source>
      <translation>选定设施</translation>
    </message>
    <message>
      <source>Facilities already there</source>
      <translation>现有设施</translation>
    </message>
    <message>
      <source>Facility</source>
      <translation>服务设施</translation>
    </message>
    <message>
      <source>Factor</source>
      <translation>因子</translation>
    </message>
    <message>
      <source>Factors and weights</source>
      <translation>因子与权重</translation>
    </message>
    <message>
      <source>Failed, will be retried: {0}</source>
      <translation>发送未成功，将再次尝试：{0}</translation>
    </message>
    <message>
      <source>Farthest from a road [m]</source>
      <translation>距道路最远距离（米）</translation>
    </message>
    <message>
      <source>Feature</source>
      <translation>要素</translation>
    </message>
    <message>
      <source>Feature after</source>
      <translation>后期要素序号</translation>
    </message>
    <message>
      <source>Feature before</source>
      <translation>前期要素序号</translation>
    </message>
    <message>
      <source>Feature id</source>
      <translation>要素编号</translation>
    </message>
    <message>
      <source>Feature of the input</source>
      <translation>原要素序号</translation>
    </message>
    <message>
      <source>Features</source>
      <translation>要素数</translation>
    </message>
    <message>
      <source>Features behind an indicator</source>
      <translation>指标背后的要素</translation>
    </message>
    <message>
      <source>Features behind it</source>
      <translation>查看构成要素</translation>
    </message>
    <message>
      <source>Fetch</source>
      <translation>取回</translation>
    </message>
    <message>
      <source>Field</source>
      <translation>字段</translation>
    </message>
    <message>
      <source>Field map (JSON, .json or .csv)</source>
      <translation>字段映射（JSON、.json 或 .csv）</translation>
    </message>
    <message>
      <source>Field of addresses</source>
      <translation>坐落字段</translation>
    </message>
    <message>
      <source>Field of building keys</source>
      <translation>建筑编号字段</translation>
    </message>
    <message>
      <source>Field of class codes</source>
      <translation>地类编码字段</translation>
    </message>
    <message>
      <source>Field of class codes after, if another</source>
      <translation>后期地类编码字段（不同名时）</translation>
    </message>
    <message>
      <source>Field of division codes</source>
      <translation>政区代码字段</translation>
    </message>
    <message>
      <source>Field of division names</source>
      <translation>政区名称字段</translation>
    </message>
    <message>
      <source>Field of floors</source>
      <translation>层数字段</translation>
    </message>
    <message>
      <source>Field of ground levels [m]</source>
      <translation>地面标高字段 [m]</translation>
    </message>
    <message>
      <source>Field of heights [m]</source>
      <translation>建筑高度字段 [m]</translation>
    </message>
    <message>
      <source>Field of keys</source>
      <translation>标识字段</translation>
    </message>
    <message>
      <source>Field of limits [m]</source>
      <translation>限高字段 [m]</translation>
    </message>
    <message>
      <source>Field of owners</source>
      <translation>权利人字段</translation>
    </message>
    <message>
      <source>Field of owners' credit codes</source>
      <translation>权利人信用代码字段</translation>
    </message>
    <message>
      <source>Field of parcel numbers</source>
      <translation>地块编号字段</translation>
    </message>
    <message>
      <source>Field of the layer</source>
      <translation>图层字段</translation>
    </message>
    <message>
      <source>Field of the specification</source>
      <translation>规范字段</translation>
    </message>
    <message>
      <source>Field of what stands on the roof [m]</source>
      <translation>屋顶附加高度字段 [m]</translation>
    </message>
    <message>
      <source>Field that names the drawing layer</source>
      <translation>图纸图层名字段</translation>
    </message>
    <message>
      <source>Field with the name</source>
      <translation>名称字段</translation>
    </message>
    <message>
      <source>Field with the people</source>
      <translation>人数字段</translation>
    </message>
    <message>
      <source>Fields</source>
      <translation>字段</translation>
    </message>
    <message>
      <source>Fields and where they come from</source>
      <translation>字段及来源</translation>
    </message>
    <message>
      <source>File</source>
      <translation>文件</translation>
    </message>
    <message>
      <source>Filed database</source>
      <translation>已入库成果数据库</translation>
    </message>
    <message>
      <source>Files</source>
      <translation>附件数</translation>
    </message>
    <message>
      <source>File…</source>
      <translation>文件…</translation>
    </message>
    <message>
      <source>Fill only: a blank cell keeps the value</source>
      <translation>只填不清：空白单元格保留原值</translation>
    </message>
    <message>
      <source>Filled</source>
      <translation>有值</translation>
    </message>
    <message>
      <source>Filled template</source>
      <translation>填好的模板</translation>
    </message>
    <message>
      <source>Filters, scores and ranks candidate parcels by a criteria file (see resources/siting for examples).
SITES holds the kept parcels, best first: rank, areas, score (0 to 100), for every criterion the measured value, its score and its part of the whole, and how often the site stays first or among the first five when the weights change by 20 %. REJECTED holds the others with every reason. REMOVALS tells how much land each criterion removes alone and in order. A criterion whose layer is missing is not evaluated, and the site says so.
LAYERS are matched to the criteria by name; MAPPING names others as JSON {"layer": "key"}.
Example: tools/process run onemap:selectsites --CANDIDATES=parcels.gpkg --CRITERIA=criteria.yaml "--LAYERS=county.gpkg|layername=YJJBNTTB" --LAYERS=dem.tif --SITES=sites.gpkg --REJECTED=rejected.gpkg --REPORT=siting.docx</source>
      <translation>按选址条件文件（示例见 resources/siting）对候选地块筛选、评分和排序。
SITES 为保留的地块，由优到劣排列：名次、面积、综合得分（0—100），各条件的量值、得分与贡献，以及权重变动 20% 时该地块居首位、位列前五的频率。REJECTED 为淘汰的地块及全部原因。REMOVALS 列出各条件单独淘汰和依次淘汰的土地面积。图层缺失的条件不作评价，并在结果中说明。
LAYERS 按名称与条件中的图层对应；名称不同的用 MAPPING 以 JSON {"图层": "键"} 指定。
示例：tools/process run onemap:selectsites --CANDIDATES=parcels.gpkg --CRITERIA=criteria.yaml "--LAYERS=county.gpkg|layername=YJJBNTTB" --LAYERS=dem.tif --SITES=sites.gpkg --REJECTED=rejected.gpkg --REPORT=siting.docx</translation>
    </message>
    <message>
      <source>Find a line, rule or law</source>
      <translation>查找控制线、规则或法规</translation>
    </message>
    <message>
      <source>Find a project or control line</source>
      <translation>查找项目或控制线</translation>
    </message>
    <message>
      <source>Find an item, layer, identifier or text</source>
      <translation>查找检查项、图层、标识码或文字</translation>
    </message>
    <message>
      <source>Find as you type</source>
      <translation>输入即查</translation>
    </message>
    <message>
      <source>Find sites in free land</source>
      <translation>在可选土地中搜索选址</translation>
    </message>
    <message>
      <source>Find the changes and show them</source>
      <translation>查找变化并显示</translation>
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
      <source>Findings of the machine review</source>
      <translation>机审问题图斑</translation>
    </message>
    <message>
      <source>Findings of the range</source>
      <translation>范围内问题图斑</translation>
    </message>
    <message>
      <source>Findings on the map</source>
      <translation>问题图斑上图</translation>
    </message>
    <message>
      <source>Findings, accept…</source>
      <translation>图斑与采信…</translation>
    </message>
    <message>
      <source>Findings: {0}</source>
      <translation>问题图斑：{0}</translation>
    </message>
    <message>
      <source>Finished stays</source>
      <translation>已结束的停留</translation>
    </message>
    <message>
      <source>Finished: {0}.</source>
      <translation>同步完成：{0}。</translation>
    </message>
    <message>
      <source>Firm</source>
      <translation>企业</translation>
    </message>
    <message>
      <source>Firm without land</source>
      <translation>企业未匹配</translation>
    </message>
    <message>
      <source>Firms</source>
      <translation>企业</translation>
    </message>
    <message>
      <source>Firms and their parcels</source>
      <translation>企业用地关系</translation>
    </message>
    <message>
      <source>Firms with land</source>
      <translation>有用地的企业</translation>
    </message>
    <message>
      <source>Firms with scores and grades</source>
      <translation>企业评价</translation>
    </message>
    <message>
      <source>Firms without land</source>
      <translation>无用地的企业</translation>
    </message>
    <message>
      <source>First %</source>
      <translation>居首 %</translation>
    </message>
    <message>
      <source>First broken row (0 = none)</source>
      <translation>第一处断链的行号（0为无）</translation>
    </message>
    <message>
      <source>First copy the rows in Excel, including the row with the column titles.</source>
      <translation>请先在 Excel 中复制要导入的行，并包含表头行。</translation>
    </message>
    <message>
      <source>First in random runs (%)</source>
      <translation>随机权重下居首（%）</translation>
    </message>
    <message>
      <source>First in random runs [%]</source>
      <translation>随机权重下居首（%）</translation>
    </message>
    <message>
      <source>First open or create a workspace: page Reports, Open… or New….</source>
      <translation>请先在“填报”页打开或新建工作空间（“打开…”或“新建…”）。</translation>
    </message>
    <message>
      <source>First values</source>
      <translation>前几个值</translation>
    </message>
    <message>
      <source>Fixed</source>
      <translation>已修改</translation>
    </message>
    <message>
      <source>Floor-area ratio</source>
      <translation>容积率</translation>
    </message>
    <message>
      <source>Folder</source>
      <translation>文件夹</translation>
    </message>
    <message>
      <source>Folder for the workbooks</source>
      <translation>选择存放工作簿的文件夹</translation>
    </message>
    <message>
      <source>Folder of tables</source>
      <translation>表所在文件夹</translation>
    </message>
    <message>
      <source>Folder of the package</source>
      <translation>维护包存放文件夹</translation>
    </message>
    <message>
      <source>Folder of the report and the result layers; it is made when the check runs</source>
      <translation>存放报告和结果图层的文件夹，审查时自动新建</translation>
    </message>
    <message>
      <source>Folder of the returned workbooks</source>
      <translation>选择返回工作簿所在的文件夹</translation>
    </message>
    <message>
      <source>Folder, .zip, .gdb, .gpkg, .shp or .vct</source>
      <translation>文件夹、.zip、.gdb、.gpkg、.shp 或 .vct</translation>
    </message>
    <message>
      <source>Folder…</source>
      <translation>文件夹…</translation>
    </message>
    <message>
      <source>Follow the edges of</source>
      <translation>沿边线图层</translation>
    </message>
    <message>
      <source>Follow the platform: delete it here</source>
      <translation>依平台：本地也删除</translation>
    </message>
    <message>
      <source>Follow the platform: restore it here</source>
      <translation>依平台：本地恢复该记录</translation>
    </message>
    <message>
      <source>Following the range</source>
      <translation>正在跟随范围</translation>
    </message>
    <message>
      <source>For each field that both sides changed differently, click the value to keep.</source>
      <translation>以下字段两边改得不一样，请逐项点选要采用的值。</translation>
    </message>
    <message>
      <source>For platforms that demand one: a login of QGIS of kind PKI paths, PKCS#12 or stored identity</source>
      <translation>平台要求时填写：QGIS 中类型为“PKI 路径”“PKCS#12”或“已存身份”的登录凭据</translation>
    </message>
    <message>
      <source>For this run only</source>
      <translation>只对本次运行</translation>
    </message>
    <message>
      <source>For this run: {0} given</source>
      <translation>只对本次运行：已给 {0} 项</translation>
    </message>
    <message>
      <source>Form</source>
      <translation>表单</translation>
    </message>
    <message>
      <source>Form (regular expression)</source>
      <translation>格式（正则表达式）</translation>
    </message>
    <message>
      <source>Former rank</source>
      <translation>原名次</translation>
    </message>
    <message>
      <source>Forms it does not accept: {0}</source>
      <translation>平台不接收的表单：{0}</translation>
    </message>
    <message>
      <source>Forms, Excel and review cases of one county.</source>
      <translation>一个县的填报表单、Excel 往返和审查件。</translation>
    </message>
    <message>
      <source>Formula</source>
      <translation>公式</translation>
    </message>
    <message>
      <source>Found</source>
      <translation>实际值</translation>
    </message>
    <message>
      <source>Found by</source>
      <translation>依据</translation>
    </message>
    <message>
      <source>Free land</source>
      <translation>可选土地</translation>
    </message>
    <message>
      <source>Free land: {0} of {1} mu remain.</source>
      <translation>可选土地：{1} 亩中剩余 {0} 亩。</translation>
    </message>
    <message>
      <source>Freeze it in a review case</source>
      <translation>冻结存入审查件</translation>
    </message>
    <message>
      <source>Freezing a review round</source>
      <translation>正在固化审查轮次</translation>
    </message>
    <message>
      <source>From class to class</source>
      <translation>转换对照表</translation>
    </message>
    <message>
      <source>From the map</source>
      <translation>取自地图</translation>
    </message>
    <message>
      <source>Frozen edition</source>
      <translation>冻结版本</translation>
    </message>
    <message>
      <source>Frozen edition before</source>
      <translation>上一版冻结文件</translation>
    </message>
    <message>
      <source>Funnel of stages</source>
      <translation>阶段漏斗</translation>
    </message>
    <message>
      <source>Further hosts</source>
      <translation>其他主机</translation>
    </message>
    <message>
      <source>Gap (m)</source>
      <translation>缺口（米）</translation>
    </message>
    <message>
      <source>Gap of the taxes (yuan)</source>
      <translation>税收闭合差（元）</translation>
    </message>
    <message>
      <source>Geometry</source>
      <translation>图形</translation>
    </message>
    <message>
      <source>Geometry and topology</source>
      <translation>图形与拓扑</translation>
    </message>
    <message>
      <source>Geometry only</source>
      <translation>仅按图形一致</translation>
    </message>
    <message>
      <source>Give up sending this change of "{0}"?

The platform keeps what it has. The record here stays as it is and can be changed and submitted again. The audit chain notes that the change was given up.</source>
      <translation>放弃发送“{0}”的这次修改？

平台上的内容保持不变。本地记录也保持现状，可以修改后重新提交。审计链会记下此次放弃。</translation>
    </message>
    <message>
      <source>Give up…</source>
      <translation>放弃发送…</translation>
    </message>
    <message>
      <source>Go to the chosen building</source>
      <translation>定位到所选建筑</translation>
    </message>
    <message>
      <source>Go to the place of the defect</source>
      <translation>定位到问题所在位置</translation>
    </message>
    <message>
      <source>Goals</source>
      <translation>目标表</translation>
    </message>
    <message>
      <source>Gone</source>
      <translation>移出</translation>
    </message>
    <message>
      <source>Grade</source>
      <translation>等级</translation>
    </message>
    <message>
      <source>Grade {0}</source>
      <translation>{0} 类</translation>
    </message>
    <message>
      <source>Green land</source>
      <translation>绿地</translation>
    </message>
    <message>
      <source>Green: the best of a row. Scores run from 0 to 100.</source>
      <translation>绿色为该行最优。得分为 0—100 分。</translation>
    </message>
    <message>
      <source>Grey rows come from the common base; what you change stands in your own file.</source>
      <translation>灰色行来自公共基础文件；您改动的内容写在自己的文件中。</translation>
    </message>
    <message>
      <source>Ground above the line of sight (m)</source>
      <translation>地形高出视线（m）</translation>
    </message>
    <message>
      <source>Ground level (m)</source>
      <translation>地面标高（m）</translation>
    </message>
    <message>
      <source>Group</source>
      <translation>分组</translation>
    </message>
    <message>
      <source>Grown</source>
      <translation>扩大</translation>
    </message>
    <message>
      <source>Height (m)</source>
      <translation>高度（m）</translation>
    </message>
    <message>
      <source>Height allowed (m)</source>
      <translation>允许高度（m）</translation>
    </message>
    <message>
      <source>Height of a storey [m]</source>
      <translation>层高 [m]</translation>
    </message>
    <message>
      <source>Height of the eye [m]</source>
      <translation>视高 [m]</translation>
    </message>
    <message>
      <source>Height zones</source>
      <translation>建筑高度分区</translation>
    </message>
    <message>
      <source>Heights allowed</source>
      <translation>允许高度</translation>
    </message>
    <message>
      <source>Heights and views</source>
      <translation>风貌</translation>
    </message>
    <message>
      <source>Held by one database only (m²)</source>
      <translation>仅一库有图斑（m²）</translation>
    </message>
    <message>
      <source>Help</source>
      <translation>帮助</translation>
    </message>
    <message>
      <source>Helper layer or table</source>
      <translation>辅助图层或转换表</translation>
    </message>
    <message>
      <source>Helper layers of the decisions</source>
      <translation>细分决定用的辅助图层</translation>
    </message>
    <message>
      <source>Here</source>
      <translation>现状</translation>
    </message>
    <message>
      <source>Highest</source>
      <translation>最高</translation>
    </message>
    <message>
      <source>Highest (m)</source>
      <translation>最高（m）</translation>
    </message>
    <message>
      <source>Highest compliant height</source>
      <translation>取允许高度</translation>
    </message>
    <message>
      <source>Highest: division</source>
      <translation>最高的政区</translation>
    </message>
    <message>
      <source>History of syncs</source>
      <translation>同步历史</translation>
    </message>
    <message>
      <source>History of syncs…</source>
      <translation>同步历史…</translation>
    </message>
    <message>
      <source>History of the record</source>
      <translation>记录的修改历史</translation>
    </message>
    <message>
      <source>History…</source>
      <translation>修改记录…</translation>
    </message>
    <message>
      <source>Holds for every year</source>
      <translation>各年通用</translation>
    </message>
    <message>
      <source>Horizontal axis</source>
      <translation>横轴</translation>
    </message>
    <message>
      <source>Hosts of the same platform for files, such as https://files.platform.example</source>
      <translation>同一平台存放文件的主机，如 https://files.platform.example</translation>
    </message>
    <message>
      <source>How far a facility serves [m]</source>
      <translation>服务半径（米）</translation>
    </message>
    <message>
      <source>How high may be built here</source>
      <translation>此处可建多高</translation>
    </message>
    <message>
      <source>How it was found</source>
      <translation>转换方式</translation>
    </message>
    <message>
      <source>How it was measured</source>
      <translation>量算方法</translation>
    </message>
    <message>
      <source>How many times as important is the row as the column? 1 to 9, or 1/2 to 1/9. Enter above the diagonal.</source>
      <translation>行因子的重要性是列因子的几倍？填 1—9，或 1/2—1/9。只填对角线上方。</translation>
    </message>
    <message>
      <source>Id</source>
      <translation>编号</translation>
    </message>
    <message>
      <source>Identifier</source>
      <translation>标识</translation>
    </message>
    <message>
      <source>Idle land</source>
      <translation>闲置土地</translation>
    </message>
    <message>
      <source>Import</source>
      <translation>导入</translation>
    </message>
    <message>
      <source>Import a receipt…</source>
      <translation>接收回执…</translation>
    </message>
    <message>
      <source>Import a workbook…</source>
      <translation>导入工作簿…</translation>
    </message>
    <message>
      <source>Import although a check that can be overridden fails</source>
      <translation>对可确认的检查项，不通过也入库</translation>
    </message>
    <message>
      <source>Import an Excel workbook</source>
      <translation>导入 Excel 工作簿</translation>
    </message>
    <message>
      <source>Import boundary-point TXT</source>
      <translation>导入界址点 TXT</translation>
    </message>
    <message>
      <source>Import division codes…</source>
      <translation>导入行政区代码…</translation>
    </message>
    <message>
      <source>Import layers into the county's store</source>
      <translation>图层入库（分版本）</translation>
    </message>
    <message>
      <source>Import of layers</source>
      <translation>图层入库</translation>
    </message>
    <message>
      <source>Import the rule table (Excel)</source>
      <translation>导入规则表（Excel）</translation>
    </message>
    <message>
      <source>Import {0} from {1}</source>
      <translation>从 {1} 导入{0}</translation>
    </message>
    <message>
      <source>Imported at (UTC)</source>
      <translation>入库时间（UTC）</translation>
    </message>
    <message>
      <source>Imports every workbook of a folder, each in a transaction of its own, and tells who returned, what is new, changed, in conflict and wrong. Nothing that was changed in the workspace since a book was exported is overwritten. MARKED is a folder for the marked copies, REPORT the list (.xlsx, .docx, .pdf, .html).
Example: tools/process run onemap:mergeworkbooks --FORM=plan_progress --WORKSPACE=county.gpkg --FOLDER=returned --REPORT=returned.xlsx</source>
      <translation>导入一个文件夹中的全部工作簿，每本一次事务，并列出谁已返回、新增、修改、冲突和错误。工作簿导出之后在工作空间中所作的修改不会被覆盖。MARKED 为存放标记副本的文件夹，REPORT 为汇总清单（.xlsx、.docx、.pdf、.html）。
示例：tools/process run onemap:mergeworkbooks --FORM=plan_progress --WORKSPACE=county.gpkg --FOLDER=returned --REPORT=returned.xlsx</translation>
    </message>
    <message>
      <source>In conflict</source>
      <translation>冲突</translation>
    </message>
    <message>
      <source>In free land</source>
      <translation>在可选土地中找</translation>
    </message>
    <message>
      <source>In order</source>
      <translation>正常</translation>
    </message>
    <message>
      <source>In order [mu]</source>
      <translation>依次扣除（亩）</translation>
    </message>
    <message>
      <source>In the background</source>
      <translation>后台同步</translation>
    </message>
    <message>
      <source>In the workbook</source>
      <translation>表中值</translation>
    </message>
    <message>
      <source>In this stage</source>
      <translation>现处该阶段</translation>
    </message>
    <message>
      <source>In this workspace</source>
      <translation>本机现值</translation>
    </message>
    <message>
      <source>Indexes may lack land: nothing is clear until its rows are verified.</source>
      <translation>索引尚未核对，可能有遗漏；核对之前不认定“未涉及”。</translation>
    </message>
    <message>
      <source>Indicator</source>
      <translation>指标</translation>
    </message>
    <message>
      <source>Indicator code</source>
      <translation>指标编号</translation>
    </message>
    <message>
      <source>Indicator id</source>
      <translation>指标编号</translation>
    </message>
    <message>
      <source>Indicator set</source>
      <translation>指标集</translation>
    </message>
    <message>
      <source>Indicator set (file, or name of a shipped one)</source>
      <translation>指标集（文件，或自带指标集的名称）</translation>
    </message>
    <message>
      <source>Indicator that weighs means</source>
      <translation>加权指标</translation>
    </message>
    <message>
      <source>Indicator values</source>
      <translation>指标值</translation>
    </message>
    <message>
      <source>Indicator whose features are wanted (id)</source>
      <translation>要追溯要素的指标（编号）</translation>
    </message>
    <message>
      <source>Indicators</source>
      <translation>指标</translation>
    </message>
    <message>
      <source>Indicators: compute, compare, warn</source>
      <translation>指标计算与监测预警</translation>
    </message>
    <message>
      <source>Industry</source>
      <translation>行业</translation>
    </message>
    <message>
      <source>Inputs</source>
      <translation>输入</translation>
    </message>
    <message>
      <source>Inspect</source>
      <translation>开始质检</translation>
    </message>
    <message>
      <source>Inspect a plan database or package</source>
      <translation>规划数据库（成果包）质检</translation>
    </message>
    <message>
      <source>Inspected</source>
      <translation>检查</translation>
    </message>
    <message>
      <source>Inspection</source>
      <translation>质检</translation>
    </message>
    <message>
      <source>Inspection: PDF texts of a plan; .docx and .txt still work</source>
      <translation>质检：规划 PDF 文本；.docx、.txt 仍可用</translation>
    </message>
    <message>
      <source>Inspects a folder, archive (.zip) or database (.gdb, .gpkg, .shp, .vct) against a specification in seven stages: 1 completeness, 2 mathematical base, 3 structure, 4 values, 5 geometry and topology, 6 areas and tables, 7 quotas and the plan above.
SPEC is one of city, county, township, village, detailed, survey, maintenance, or a YAML file of your own that may extend one of them. What they say is a proposal made from public facts, not the standard itself.
TOLERANCES (Q509=0.01, Q601=1) and QUOTAS (.xlsx, .csv, .xls or .dbf with id, value, unit) hold for this run before what the specification says; DISTRICT, a polygon layer, stands in the place of the package's own district. The report names them.
DEFECTS holds every defect as a point with its state; give it as EXCEPTIONS to the next run and exceptions, notes and what is fixed are kept. ITEMS says of each item what was checked, and what was not and why. A layer whose reference system or kind of geometry is wrong is not measured. Score and grades are a proposal too.
Example: tools/process run onemap:inspectpackage --PACKAGE=submission.zip --SPEC=county --DEFECTS=defects.gpkg --ITEMS=items.gpkg --REPORT=inspection.docx</source>
      <translation>按规范文件分七个阶段检查文件夹、压缩包（.zip）或数据库（.gdb、.gpkg、.shp、.vct）：1 完整性，2 数学基础，3 结构，4 属性值，5 图形与拓扑，6 面积与表格，7 指标与上级规划。
SPEC 为 city（市级）、county（县级）、township（乡镇）、village（村庄）、detailed（详细规划）、survey（调查）、maintenance（动态维护）之一，或您自己的 YAML 文件（可在内置规范基础上修改）。内置规范由公开资料整理，是建议稿，不是标准本身。
TOLERANCES（如 Q509=0.01, Q601=1）和 QUOTAS（.xlsx、.csv、.xls、.dbf，列：指标、数值、单位）只对本次运行，优先于规范；DISTRICT 给出面图层，代替成果包自身的行政区范围。报告中列明。
DEFECTS 把每个问题列为一个点并带处理状态；下次运行时作为 EXCEPTIONS 给出，例外、备注得到保留，已改的标为已修改。ITEMS 逐项说明检查了多少、哪些没有检查以及原因。坐标系或几何类型有误的图层不做图形检查。评分和分级同样是建议。
示例：tools/process run onemap:inspectpackage --PACKAGE=submission.zip --SPEC=county --DEFECTS=defects.gpkg --ITEMS=items.gpkg --REPORT=inspection.docx</translation>
    </message>
    <message>
      <source>Install a form edition…</source>
      <translation>安装表单版次…</translation>
    </message>
    <message>
      <source>Installed: {0}. Another plugin is using an older version: restart QGIS once.</source>
      <translation>已安装：{0}。另一个插件正在使用旧版本，请重启一次 QGIS。</translation>
    </message>
    <message>
      <source>Intensity zones</source>
      <translation>开发强度分区</translation>
    </message>
    <message>
      <source>Interval of contours [m]</source>
      <translation>等值线间距 [m]</translation>
    </message>
    <message>
      <source>Involved</source>
      <translation>涉及</translation>
    </message>
    <message>
      <source>Issued by</source>
      <translation>批准机构</translation>
    </message>
    <message>
      <source>It can lock records against overwriting: changes can be sent.</source>
      <translation>平台支持防覆盖锁定，可以发送修改。</translation>
    </message>
    <message>
      <source>It has no control line of this county yet: the county of the login cannot be determined.</source>
      <translation>平台上还没有本县的控制线，无法看出登录凭据属于哪个县。</translation>
    </message>
    <message>
      <source>Item</source>
      <translation>检查项</translation>
    </message>
    <message>
      <source>Item code</source>
      <translation>检查项代码</translation>
    </message>
    <message>
      <source>Items</source>
      <translation>检查项</translation>
    </message>
    <message>
      <source>Items and their tolerances, before those of the specification</source>
      <translation>检查项及其容差，优先于规范</translation>
    </message>
    <message>
      <source>Items and tolerances</source>
      <translation>检查项与容差</translation>
    </message>
    <message>
      <source>Items not on the platform, to decide</source>
      <translation>平台上没有、待处理的条数</translation>
    </message>
    <message>
      <source>Items that were not checked are listed here.</source>
      <translation>未检查的内容将列在这里。</translation>
    </message>
    <message>
      <source>Judgements (AHP)…</source>
      <translation>判断矩阵（AHP）…</translation>
    </message>
    <message>
      <source>Keep a run, change the criteria, run again and keep that, too: up to {0}.</source>
      <translation>保留一次结果，修改条件后再次运行并保留，即可并列对比：最多 {0} 个。</translation>
    </message>
    <message>
      <source>Keep and offer again</source>
      <translation>保留并重新报送</translation>
    </message>
    <message>
      <source>Keep as a round…</source>
      <translation>存为轮次…</translation>
    </message>
    <message>
      <source>Keep here</source>
      <translation>本机保留</translation>
    </message>
    <message>
      <source>Keep here, send nothing</source>
      <translation>本机保留，不报送</translation>
    </message>
    <message>
      <source>Keep it as an exception with a reason; it does not lower the score and stays listed</source>
      <translation>填写理由列为例外：不扣分，仍列在清单中</translation>
    </message>
    <message>
      <source>Keep mine</source>
      <translation>保留本地</translation>
    </message>
    <message>
      <source>Keep mine: create it there again</source>
      <translation>保留本地：在平台上重新建立</translation>
    </message>
    <message>
      <source>Keep out of</source>
      <translation>不得压占</translation>
    </message>
    <message>
      <source>Keep out of {0}</source>
      <translation>不得压占{0}</translation>
    </message>
    <message>
      <source>Keep the scene in 3D as seen from each viewpoint, as a layout</source>
      <translation>按每个视点保存三维场景（版面）</translation>
    </message>
    <message>
      <source>Keep the spacing from</source>
      <translation>与以下现有设施保持间距</translation>
    </message>
    <message>
      <source>Keep the tasks in the workspace</source>
      <translation>把任务存入工作空间</translation>
    </message>
    <message>
      <source>Keep this decision</source>
      <translation>按此裁定</translation>
    </message>
    <message>
      <source>Keep this mapping…</source>
      <translation>保存对应方案…</translation>
    </message>
    <message>
      <source>Keep this run</source>
      <translation>保留本次结果</translation>
    </message>
    <message>
      <source>Kept as round {0} of the case {1}.</source>
      <translation>已存为审查件“{1}”的第 {0} 轮。</translation>
    </message>
    <message>
      <source>Kept as round {0}.</source>
      <translation>已留作第 {0} 轮。</translation>
    </message>
    <message>
      <source>Kept in the workspace: review case {0}, round {1}</source>
      <translation>已固化到工作空间：审查件“{0}”第{1}轮</translation>
    </message>
    <message>
      <source>Key</source>
      <translation>代号</translation>
    </message>
    <message>
      <source>Key after</source>
      <translation>后期标识</translation>
    </message>
    <message>
      <source>Key before</source>
      <translation>前期标识</translation>
    </message>
    <message>
      <source>Key field</source>
      <translation>编号字段</translation>
    </message>
    <message>
      <source>Key only</source>
      <translation>仅按关键字</translation>
    </message>
    <message>
      <source>Key, then geometry, then overlap</source>
      <translation>依次按关键字、图形一致、重叠</translation>
    </message>
    <message>
      <source>Kind</source>
      <translation>类型</translation>
    </message>
    <message>
      <source>Kind of doubt</source>
      <translation>问题类别</translation>
    </message>
    <message>
      <source>Kind of land</source>
      <translation>地块类别</translation>
    </message>
    <message>
      <source>Kind of redevelopment</source>
      <translation>再开发类型</translation>
    </message>
    <message>
      <source>Kind of rule</source>
      <translation>管控类型</translation>
    </message>
    <message>
      <source>Kind of the case: determines the draft of the opinion and who signs</source>
      <translation>审查件类型：决定意见的起草文本和签署人</translation>
    </message>
    <message>
      <source>Ladder</source>
      <translation>阶梯</translation>
    </message>
    <message>
      <source>Laid over the national rules in every check; empty: national rules only</source>
      <translation>每次审查都叠加在全国规则之上；留空则只用全国规则</translation>
    </message>
    <message>
      <source>Land (mu)</source>
      <translation>用地（亩）</translation>
    </message>
    <message>
      <source>Land approved and not supplied</source>
      <translation>批而未供土地</translation>
    </message>
    <message>
      <source>Land layers…</source>
      <translation>用地图层…</translation>
    </message>
    <message>
      <source>Land of the binding limits</source>
      <translation>起控制作用的范围</translation>
    </message>
    <message>
      <source>Land survey</source>
      <translation>国土调查</translation>
    </message>
    <message>
      <source>Land use</source>
      <translation>用地</translation>
    </message>
    <message>
      <source>Land use inside a range is taken from the layer of this name</source>
      <translation>范围内的用地构成取自这个名字的图层</translation>
    </message>
    <message>
      <source>Land user</source>
      <translation>用地单位</translation>
    </message>
    <message>
      <source>Land user: {0}; location: {1}</source>
      <translation>用地单位：{0}；坐落：{1}</translation>
    </message>
    <message>
      <source>Land, firms and taxes</source>
      <translation>地—企—税关联分析</translation>
    </message>
    <message>
      <source>Land, firms, taxes</source>
      <translation>地企税</translation>
    </message>
    <message>
      <source>Land, m²</source>
      <translation>用地面积 m²</translation>
    </message>
    <message>
      <source>Land-use layer</source>
      <translation>地类图层</translation>
    </message>
    <message>
      <source>Largest area</source>
      <translation>最大面积</translation>
    </message>
    <message>
      <source>Largest area [m²]</source>
      <translation>最大面积 [平方米]</translation>
    </message>
    <message>
      <source>Last complete sync: {0}</source>
      <translation>上次完整同步：{0}</translation>
    </message>
    <message>
      <source>Later round (0: the latest)</source>
      <translation>后一轮（0：最新一轮）</translation>
    </message>
    <message>
      <source>Latest</source>
      <translation>最近</translation>
    </message>
    <message>
      <source>Law</source>
      <translation>依据</translation>
    </message>
    <message>
      <source>Law or source</source>
      <translation>法律依据或来源</translation>
    </message>
    <message>
      <source>Layer</source>
      <translation>图层</translation>
    </message>
    <message>
      <source>Layer after</source>
      <translation>后期图层</translation>
    </message>
    <message>
      <source>Layer before</source>
      <translation>前期图层</translation>
    </message>
    <message>
      <source>Layer date</source>
      <translation>图层日期</translation>
    </message>
    <message>
      <source>Layer failed</source>
      <translation>读取失败</translation>
    </message>
    <message>
      <source>Layer in the fields of the specification</source>
      <translation>整理后的图层</translation>
    </message>
    <message>
      <source>Layer names</source>
      <translation>图层名称</translation>
    </message>
    <message>
      <source>Layer of divisions</source>
      <translation>政区图层</translation>
    </message>
    <message>
      <source>Layer of place names</source>
      <translation>地名图层</translation>
    </message>
    <message>
      <source>Layer of the project: {0}</source>
      <translation>工程图层：{0}</translation>
    </message>
    <message>
      <source>Layer of the specification (empty: by the name of the layer)</source>
      <translation>规范中的图层代码（留空按图层名）</translation>
    </message>
    <message>
      <source>Layer, field or check</source>
      <translation>图层、字段或检查</translation>
    </message>
    <message>
      <source>Layers</source>
      <translation>图层</translation>
    </message>
    <message>
      <source>Layers and fields</source>
      <translation>图层与字段</translation>
    </message>
    <message>
      <source>Layers and sources</source>
      <translation>图层与来源</translation>
    </message>
    <message>
      <source>Layers and their control lines</source>
      <translation>图层与控制线对应</translation>
    </message>
    <message>
      <source>Layers named in the criteria</source>
      <translation>条件中用到的图层</translation>
    </message>
    <message>
      <source>Layers of low-efficiency, approved and idle land (JYJY_DXYDDK, JYJY_PEWGDK, JYJY_XZTDDK)</source>
      <translation>低效用地、批而未供、闲置土地图层（JYJY_DXYDDK、JYJY_PEWGDK、JYJY_XZTDDK）</translation>
    </message>
    <message>
      <source>Layers of the land database</source>
      <translation>用地数据库图层</translation>
    </message>
    <message>
      <source>Layers of the package</source>
      <translation>维护包图层清单</translation>
    </message>
    <message>
      <source>Layers of this name are always this control line, in every county</source>
      <translation>叫这个名字的图层在各县都作为这条控制线</translation>
    </message>
    <message>
      <source>Layers unchanged since the last run keep their defects</source>
      <translation>上次质检后未变化的图层沿用已有结果</translation>
    </message>
    <message>
      <source>Layers with a new version since the check it was submitted with: {0}. Check it again.</source>
      <translation>报送所依据的审查之后，以下图层有新版本：{0}。请重新自检。</translation>
    </message>
    <message>
      <source>Leases (optional)</source>
      <translation>租赁合同表（可选）</translation>
    </message>
    <message>
      <source>Least area</source>
      <translation>最小面积</translation>
    </message>
    <message>
      <source>Least area [m²]</source>
      <translation>最小面积 [平方米]</translation>
    </message>
    <message>
      <source>Least distance between sites</source>
      <translation>地块最小间距</translation>
    </message>
    <message>
      <source>Least distance between sites [m]</source>
      <translation>地块间最小距离 [米]</translation>
    </message>
    <message>
      <source>Left unchanged because edited since: {0}</source>
      <translation>之后又有改动、未撤销：{0}</translation>
    </message>
    <message>
      <source>Legal basis</source>
      <translation>依据</translation>
    </message>
    <message>
      <source>Length</source>
      <translation>长度</translation>
    </message>
    <message>
      <source>Level</source>
      <translation>类别</translation>
    </message>
    <message>
      <source>Level of the eye (m)</source>
      <translation>视点标高（m）</translation>
    </message>
    <message>
      <source>Level of the target (m)</source>
      <translation>目标标高（m）</translation>
    </message>
    <message>
      <source>Level of the top (m)</source>
      <translation>顶部标高（m）</translation>
    </message>
    <message>
      <source>Lie within</source>
      <translation>须位于其内</translation>
    </message>
    <message>
      <source>Lie within {0}</source>
      <translation>须位于{0}内</translation>
    </message>
    <message>
      <source>Light</source>
      <translation>灯</translation>
    </message>
    <message>
      <source>Limit</source>
      <translation>限值</translation>
    </message>
    <message>
      <source>Limit as a level (m)</source>
      <translation>限制标高（m）</translation>
    </message>
    <message>
      <source>Limit of the floor-area ratio</source>
      <translation>规定容积率</translation>
    </message>
    <message>
      <source>Limits of the checks</source>
      <translation>检查界限</translation>
    </message>
    <message>
      <source>Limits of zones are levels</source>
      <translation>分区限高为绝对标高</translation>
    </message>
    <message>
      <source>Line code</source>
      <translation>控制线代码</translation>
    </message>
    <message>
      <source>Lineage</source>
      <translation>来源</translation>
    </message>
    <message>
      <source>Linear</source>
      <translation>线性</translation>
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
      <source>Lines that matter</source>
      <translation>涉及的控制线</translation>
    </message>
    <message>
      <source>Lines to the facilities</source>
      <translation>需求点与设施连线</translation>
    </message>
    <message>
      <source>Lines: conditional</source>
      <translation>有条件（控制线数）</translation>
    </message>
    <message>
      <source>Lines: consultation needed</source>
      <translation>须征求意见（控制线数）</translation>
    </message>
    <message>
      <source>Lines: could not be read</source>
      <translation>读取失败（控制线数）</translation>
    </message>
    <message>
      <source>Lines: not checked</source>
      <translation>未检查（控制线数）</translation>
    </message>
    <message>
      <source>Lines: not compliant</source>
      <translation>不符合（控制线数）</translation>
    </message>
    <message>
      <source>Lines: not involved</source>
      <translation>未涉及（控制线数）</translation>
    </message>
    <message>
      <source>Lines: notice</source>
      <translation>提示（控制线数）</translation>
    </message>
    <message>
      <source>Lists</source>
      <translation>清单</translation>
    </message>
    <message>
      <source>Loading the round</source>
      <translation>正在读取轮次</translation>
    </message>
    <message>
      <source>Local datum</source>
      <translation>地方高程基准</translation>
    </message>
    <message>
      <source>Locate facilities (coverage)</source>
      <translation>设施布点（覆盖分析）</translation>
    </message>
    <message>
      <source>Location</source>
      <translation>坐落</translation>
    </message>
    <message>
      <source>Log</source>
      <translation>日志</translation>
    </message>
    <message>
      <source>Login</source>
      <translation>登录方式</translation>
    </message>
    <message>
      <source>Longer side of the photos of drafts and returned records, in pixels:</source>
      <translation>草稿和退回记录的照片，长边像素：</translation>
    </message>
    <message>
      <source>Longest distance (m)</source>
      <translation>最远距离（米）</translation>
    </message>
    <message>
      <source>Look at the findings of the round and accept them with a reason</source>
      <translation>查看该轮的问题图斑，说明理由后采信</translation>
    </message>
    <message>
      <source>Low-efficiency land</source>
      <translation>低效用地</translation>
    </message>
    <message>
      <source>Low-efficiency land on one screen</source>
      <translation>低效用地一屏掌握</translation>
    </message>
    <message>
      <source>Low-efficiency, approved and idle land</source>
      <translation>低效、批而未供、闲置地块</translation>
    </message>
    <message>
      <source>Low-efficiency, approved and idle land (land database)</source>
      <translation>低效用地、批而未供、闲置土地（用地数据库）</translation>
    </message>
    <message>
      <source>Low-efficiency, approved and idle land by division</source>
      <translation>低效、批而未供、闲置地块（按行政区）</translation>
    </message>
    <message>
      <source>Lowest</source>
      <translation>最低</translation>
    </message>
    <message>
      <source>Lowest (m)</source>
      <translation>最低（m）</translation>
    </message>
    <message>
      <source>Lowest: division</source>
      <translation>最低的政区</translation>
    </message>
    <message>
      <source>M required</source>
      <translation>M 必选</translation>
    </message>
    <message>
      <source>MAPPING is not JSON of layers and roles, such as {"land2024": "landuse@2024"}</source>
      <translation>MAPPING 不是图层与角色的 JSON，应如 {"land2024": "landuse@2024"}</translation>
    </message>
    <message>
      <source>Made from public facts; not the standard itself. Change items, layers, fields and codes and save a file of your own: it holds only what differs; what comes with the plugin stays as it is.</source>
      <translation>由公开资料整理，不是标准本身。可修改检查项、图层、字段和字典，另存为本单位规范：文件只写不同之处，内置规范保持不变。</translation>
    </message>
    <message>
      <source>Made {0} by OneMap Desk</source>
      <translation>一张图工作台 {0} 生成</translation>
    </message>
    <message>
      <source>Make a maintenance package</source>
      <translation>生成动态维护包</translation>
    </message>
    <message>
      <source>Make a polygon layer with division codes (field code or XZQDM) the active layer first.</source>
      <translation>请先将带行政区代码字段（code或XZQDM）的面图层设为当前图层。</translation>
    </message>
    <message>
      <source>Make photos smaller…</source>
      <translation>缩小照片…</translation>
    </message>
    <message>
      <source>Makes a province's rule file (YAML) of the table that exportrules wrote and somebody changed. Only what differs from the national set is written; a rule that is missing in the table stays in force, one marked as switched off is removed. Mistakes are named by row and column. A file of that name keeps its comments.
Example: tools/process run onemap:importrules --WORKBOOK=rules.xlsx --RULES=province.yaml --NAME=某省控制线规则 --PROVINCE=33</source>
      <translation>由 exportrules 导出、经修改的规则表生成省级规则文件（YAML）。只写出与国家底版不同的内容；表中缺少的规则仍然有效，标为“停用”的才停用。错误按行、列指出。已有同名文件时保留其中的注释。
示例：tools/process run onemap:importrules --WORKBOOK=rules.xlsx --RULES=province.yaml --NAME=某省控制线规则 --PROVINCE=33</translation>
    </message>
    <message>
      <source>Makes a small made-up county with projects and opens it.</source>
      <translation>生成一个虚构的小县和一批项目，直接打开，可以马上试审。</translation>
    </message>
    <message>
      <source>Makes the GeoPackage that holds a county's records, audit chain and outbox. DIVISIONS is a CSV with the columns code,name (and valid_from, valid_to, successor if known); DISTRICT is the county's outline.
Example: tools/process run onemap:createworkspace --WORKSPACE=county.gpkg --COUNTY=330110 --DIVISIONS=divisions.csv</source>
      <translation>新建一个县的工作空间（GeoPackage），存放填报记录、审计链和待发队列。DIVISIONS为行政区代码CSV，含code、name列（可另有valid_from、valid_to、successor列）；DISTRICT为县域范围。
示例：tools/process run onemap:createworkspace --WORKSPACE=county.gpkg --COUNTY=330110 --DIVISIONS=divisions.csv</translation>
    </message>
    <message>
      <source>Makes the yearly maintenance package of a plan database from the filed database (BEFORE) and the one of today (AFTER): of each layer that changed what was before (WHQ), what changed (WHC) and what is there now (WHH), in one database with the name that is asked for (EPSG:4490 with heights of 5737). Layers of classes: the polygons of before that a change touches, today's polygons cut by them, and the land of another class (WHLX 2). Layers of lines: land handed out (3) and taken in (1). New identifiers continue behind those of the databases; areas are statutory. Pieces below TOLERANCE_M2 are counted as slivers and left out. Which layers, fields and codes: resources/maintenance (a proposal, to be checked against the province's letter).
Example: tools/process run onemap:maintainplan --BEFORE=filed.gdb --AFTER=today.gdb --COUNTY=990102 --COUNTY_NAME=云溪县 --YEAR=2026 --FOLDER=out --SUMMARY=maintenance.gpkg --REPORT=maintenance.docx</source>
      <translation>由已入库（报备）的规划数据库（BEFORE）和现行数据库（AFTER）生成年度动态维护包：对每个有变化的图层给出维护前（WHQ）、维护（WHC）、维护后（WHH），写入一个按规则命名的数据库（EPSG:4490，高程 5737）。分类图层：变化涉及的原图斑、按其范围切出的现行图斑、分类不同的地块（WHLX 2）；控制线图层：调出（3）和调入（1）的地块。新标识码接续两库已有编号；面积为法定椭球面积。小于 TOLERANCE_M2 的碎块只计数，不列入。图层、字段和代码见 resources/maintenance（建议稿，须与省级文件核对）。
示例：tools/process run onemap:maintainplan --BEFORE=filed.gdb --AFTER=today.gdb --COUNTY=990102 --COUNTY_NAME=云溪县 --YEAR=2026 --FOLDER=out --SUMMARY=maintenance.gpkg --REPORT=maintenance.docx</translation>
    </message>
    <message>
      <source>Making the sample county</source>
      <translation>生成样例县</translation>
    </message>
    <message>
      <source>Making the sample county…</source>
      <translation>正在生成样例县…</translation>
    </message>
    <message>
      <source>Map a layer into the fields of a specification</source>
      <translation>按规范整理图层字段</translation>
    </message>
    <message>
      <source>Map sheet</source>
      <translation>图幅号</translation>
    </message>
    <message>
      <source>Mapping file</source>
      <translation>映射文件</translation>
    </message>
    <message>
      <source>Mapping file of another interface</source>
      <translation>其他接口的映射文件</translation>
    </message>
    <message>
      <source>Mapping of layers to control lines (JSON)</source>
      <translation>图层与控制线对应（JSON）</translation>
    </message>
    <message>
      <source>Mapping of layers to roles (JSON)</source>
      <translation>图层与角色的对应（JSON）</translation>
    </message>
    <message>
      <source>Mapping of layers to those of the criteria (JSON)</source>
      <translation>图层与条件图层的对应关系（JSON）</translation>
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
      <source>Margin (m)</source>
      <translation>余量（m）</translation>
    </message>
    <message>
      <source>Mark it as corrected; the next inspection verifies it</source>
      <translation>标记为已修改，下次质检时复核</translation>
    </message>
    <message>
      <source>Mark of the place</source>
      <translation>位置标识</translation>
    </message>
    <message>
      <source>Marked copies</source>
      <translation>标记副本文件夹</translation>
    </message>
    <message>
      <source>Marked copy</source>
      <translation>标记副本</translation>
    </message>
    <message>
      <source>Marked copy: {0}</source>
      <translation>标记副本：{0}</translation>
    </message>
    <message>
      <source>Mask names and codes of firms</source>
      <translation>遮蔽企业名称和代码</translation>
    </message>
    <message>
      <source>Matched by</source>
      <translation>对应方式</translation>
    </message>
    <message>
      <source>Mathematical base</source>
      <translation>数学基础</translation>
    </message>
    <message>
      <source>Mean</source>
      <translation>均值</translation>
    </message>
    <message>
      <source>Mean distance (m)</source>
      <translation>平均距离（米）</translation>
    </message>
    <message>
      <source>Mean {0}</source>
      <translation>{0}（均值）</translation>
    </message>
    <message>
      <source>Measure</source>
      <translation>量算</translation>
    </message>
    <message>
      <source>Measured value</source>
      <translation>量值</translation>
    </message>
    <message>
      <source>Median</source>
      <translation>中位数</translation>
    </message>
    <message>
      <source>Median days</source>
      <translation>用时中位数（天）</translation>
    </message>
    <message>
      <source>Merge a folder of returned workbooks…</source>
      <translation>汇总一个文件夹中返回的工作簿…</translation>
    </message>
    <message>
      <source>Merge returned workbooks</source>
      <translation>汇总返回的工作簿</translation>
    </message>
    <message>
      <source>Message</source>
      <translation>审查意见</translation>
    </message>
    <message>
      <source>Mine</source>
      <translation>本地</translation>
    </message>
    <message>
      <source>Mine (only I changed this)</source>
      <translation>本地（只有本地改过）</translation>
    </message>
    <message>
      <source>Mine in every conflict</source>
      <translation>冲突字段全部用本地</translation>
    </message>
    <message>
      <source>Missing measures</source>
      <translation>缺少指标</translation>
    </message>
    <message>
      <source>Missing: {0}. Changes cannot be sent.</source>
      <translation>缺少：{0}，不能发送修改。</translation>
    </message>
    <message>
      <source>Missing: {0}. Its answers may differ from the interface contract.</source>
      <translation>缺少：{0}，平台的应答可能与约定不符。</translation>
    </message>
    <message>
      <source>Monitored</source>
      <translation>监测</translation>
    </message>
    <message>
      <source>Monitoring</source>
      <translation>监测</translation>
    </message>
    <message>
      <source>Monitoring: {0}</source>
      <translation>监测：{0}</translation>
    </message>
    <message>
      <source>More</source>
      <translation>更多</translation>
    </message>
    <message>
      <source>More settings</source>
      <translation>更多设置</translation>
    </message>
    <message>
      <source>More settings…</source>
      <translation>更多设置…</translation>
    </message>
    <message>
      <source>Move</source>
      <translation>变动</translation>
    </message>
    <message>
      <source>Moved back</source>
      <translation>退回</translation>
    </message>
    <message>
      <source>Moved on</source>
      <translation>推进</translation>
    </message>
    <message>
      <source>Moves of the week</source>
      <translation>本周动态</translation>
    </message>
    <message>
      <source>Must cover (0-1)</source>
      <translation>应覆盖比例（0–1）</translation>
    </message>
    <message>
      <source>Name</source>
      <translation>名称</translation>
    </message>
    <message>
      <source>Name in formulas</source>
      <translation>公式中的名称</translation>
    </message>
    <message>
      <source>Name of the county</source>
      <translation>县级行政区名称</translation>
    </message>
    <message>
      <source>Name of the elevation layer</source>
      <translation>高程图层名称</translation>
    </message>
    <message>
      <source>Name of the field</source>
      <translation>字段名称</translation>
    </message>
    <message>
      <source>Name of the land-use layer</source>
      <translation>地类图层名称</translation>
    </message>
    <message>
      <source>Name of the layer</source>
      <translation>图层名</translation>
    </message>
    <message>
      <source>Name of the layer of divisions</source>
      <translation>政区图层的名称</translation>
    </message>
    <message>
      <source>Name of the layer of place names</source>
      <translation>地名图层的名称</translation>
    </message>
    <message>
      <source>Name of the list, in Latin letters</source>
      <translation>字典名称（英文字母）</translation>
    </message>
    <message>
      <source>Name of the parcel</source>
      <translation>地块名称</translation>
    </message>
    <message>
      <source>Name of the road layer</source>
      <translation>道路图层名称</translation>
    </message>
    <message>
      <source>Name of the rule</source>
      <translation>规则名称</translation>
    </message>
    <message>
      <source>Name of the rule set</source>
      <translation>规则集名称</translation>
    </message>
    <message>
      <source>Names in the store (JSON)</source>
      <translation>入库名称（JSON）</translation>
    </message>
    <message>
      <source>Names of the candidates</source>
      <translation>可选地类名称</translation>
    </message>
    <message>
      <source>Names of the layer, separated by commas</source>
      <translation>图层名称，以逗号分隔</translation>
    </message>
    <message>
      <source>Names to use</source>
      <translation>可用名称</translation>
    </message>
    <message>
      <source>National</source>
      <translation>国家</translation>
    </message>
    <message>
      <source>National, changed</source>
      <translation>国家（省级修改）</translation>
    </message>
    <message>
      <source>Nature</source>
      <translation>性质</translation>
    </message>
    <message>
      <source>Nearest [m]</source>
      <translation>最近距离（米）</translation>
    </message>
    <message>
      <source>Nearest distance</source>
      <translation>最近距离</translation>
    </message>
    <message>
      <source>Nearest distance (m)</source>
      <translation>最近距离（米）</translation>
    </message>
    <message>
      <source>Nearest feature</source>
      <translation>最近要素</translation>
    </message>
    <message>
      <source>Nearest road: not evaluated ({0})</source>
      <translation>最近道路：未评价（{0}）</translation>
    </message>
    <message>
      <source>Need</source>
      <translation>需求</translation>
    </message>
    <message>
      <source>Need (M/C/O)</source>
      <translation>约束（M/C/O）</translation>
    </message>
    <message>
      <source>Needed</source>
      <translation>需要</translation>
    </message>
    <message>
      <source>Neither round found anything.</source>
      <translation>两轮均未发现问题。</translation>
    </message>
    <message>
      <source>Never</source>
      <translation>从未填报</translation>
    </message>
    <message>
      <source>New</source>
      <translation>新增</translation>
    </message>
    <message>
      <source>New code</source>
      <translation>新编码</translation>
    </message>
    <message>
      <source>New criteria</source>
      <translation>新选址条件</translation>
    </message>
    <message>
      <source>New in another program</source>
      <translation>在其他程序中新增</translation>
    </message>
    <message>
      <source>New list</source>
      <translation>新建字典</translation>
    </message>
    <message>
      <source>New list…</source>
      <translation>新建字典…</translation>
    </message>
    <message>
      <source>New name</source>
      <translation>新名称</translation>
    </message>
    <message>
      <source>New records</source>
      <translation>新增记录数</translation>
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
      <source>Newly found</source>
      <translation>新增</translation>
    </message>
    <message>
      <source>Newly registered</source>
      <translation>新入库</translation>
    </message>
    <message>
      <source>New…</source>
      <translation>新建…</translation>
    </message>
    <message>
      <source>No</source>
      <translation>否</translation>
    </message>
    <message>
      <source>No bag was packed yet. Pack one when records wait to be sent.</source>
      <translation>还没有打过包。有待发送的记录时，请点“打包”。</translation>
    </message>
    <message>
      <source>No cache</source>
      <translation>不缓存</translation>
    </message>
    <message>
      <source>No check has run yet. Press “Check” above, choose the layers and start it.</source>
      <translation>还没有审查结果。请点上方“审查”，选好图层后开始。</translation>
    </message>
    <message>
      <source>No control lines were pulled.</source>
      <translation>尚未拉取控制线。</translation>
    </message>
    <message>
      <source>No defect was found in what was checked.</source>
      <translation>已检查的内容中未发现问题。</translation>
    </message>
    <message>
      <source>No direction</source>
      <translation>无方向</translation>
    </message>
    <message>
      <source>No feature was used for this value.</source>
      <translation>没有要素参与此值的计算。</translation>
    </message>
    <message>
      <source>No findings were pulled.</source>
      <translation>尚未拉取到问题图斑。</translation>
    </message>
    <message>
      <source>No firm has land.</source>
      <translation>没有企业匹配到用地。</translation>
    </message>
    <message>
      <source>No geometry</source>
      <translation>无图形</translation>
    </message>
    <message>
      <source>No geometry yet.</source>
      <translation>尚无图形。</translation>
    </message>
    <message>
      <source>No indicator has this status.</source>
      <translation>没有处于该状态的指标。</translation>
    </message>
    <message>
      <source>No layer for: {0}</source>
      <translation>缺少图层，无法计算：{0}</translation>
    </message>
    <message>
      <source>No layer is open. Add the control lines and the projects to the map, or make the sample county on the Start page.</source>
      <translation>地图上还没有图层。请添加控制线和项目用地图层，或在“开始”页生成样例县。</translation>
    </message>
    <message>
      <source>No layer is open. Add the layers to QGIS, tick those to take in here, and choose the county's store.</source>
      <translation>没有打开的图层。请先把图层加入 QGIS，再在此勾选要入库的图层，并选择县级图层库。</translation>
    </message>
    <message>
      <source>No limit given here</source>
      <translation>无高度管控</translation>
    </message>
    <message>
      <source>No national thresholds are published: the values that come with the plugin are proposals. They hold for this window; batch runs take the file {0} as their warning rules.</source>
      <translation>国家未公布统一阈值，插件自带的都是建议值。此处的阈值只作用于本窗口；批处理时请把文件 {0} 指定为预警规则。</translation>
    </message>
    <message>
      <source>No package was made: {0} layers could not be compared, no other changed.</source>
      <translation>未生成维护包：{0} 个图层未能比较，其余没有变化。</translation>
    </message>
    <message>
      <source>No parcel gives a reason.</source>
      <translation>没有需列为候选的地块。</translation>
    </message>
    <message>
      <source>No parcel has a known tax.</source>
      <translation>没有地块有税收数据。</translation>
    </message>
    <message>
      <source>No platform is set up for this workspace yet.</source>
      <translation>此工作空间尚未设置平台。</translation>
    </message>
    <message>
      <source>No polygon with the division code (and name) for {0} records.</source>
      <translation>{0} 条记录在图层中找不到代码（及名称）相符的范围面。</translation>
    </message>
    <message>
      <source>No project changed its stage in the last seven days.</source>
      <translation>最近七天没有阶段变动。</translation>
    </message>
    <message>
      <source>No project is stalled.</source>
      <translation>没有停滞的项目。</translation>
    </message>
    <message>
      <source>No project of earlier years is open.</source>
      <translation>没有以前年度未完成的项目。</translation>
    </message>
    <message>
      <source>No record matches: empty the search field, choose all states and all periods.</source>
      <translation>没有符合条件的记录。请清空查找框，状态选“全部状态”，填报期选“全部填报期”。</translation>
    </message>
    <message>
      <source>No target for comparison</source>
      <translation>无目标可比</translation>
    </message>
    <message>
      <source>No tasks and no projects.</source>
      <translation>没有任务，也没有项目。</translation>
    </message>
    <message>
      <source>No workspace is open.</source>
      <translation>尚未打开工作空间。</translation>
    </message>
    <message>
      <source>No workspace is open: open one on the page Reports. Then every check is kept here as a round.</source>
      <translation>没有打开的工作空间：请先在“填报”页打开。此后每次检查都会自动保存为一轮。</translation>
    </message>
    <message>
      <source>No.</source>
      <translation>轮</translation>
    </message>
    <message>
      <source>No. {0} ({1})</source>
      <translation>第 {0} 名（{1} 分）</translation>
    </message>
    <message>
      <source>Not above the target</source>
      <translation>不超过目标</translation>
    </message>
    <message>
      <source>Not below the target</source>
      <translation>不低于目标</translation>
    </message>
    <message>
      <source>Not checked</source>
      <translation>未检查</translation>
    </message>
    <message>
      <source>Not checked ({0})</source>
      <translation>未检查（{0}）</translation>
    </message>
    <message>
      <source>Not checked ({0}), for want of a layer: {1}</source>
      <translation>未检查（{0} 条，没有图层）：{1}</translation>
    </message>
    <message>
      <source>Not checked, and why</source>
      <translation>未检查及原因</translation>
    </message>
    <message>
      <source>Not compl.</source>
      <translation>不符合</translation>
    </message>
    <message>
      <source>Not compliant</source>
      <translation>不符合</translation>
    </message>
    <message>
      <source>Not computed</source>
      <translation>未计算</translation>
    </message>
    <message>
      <source>Not encrypted</source>
      <translation>未加密</translation>
    </message>
    <message>
      <source>Not evaluated</source>
      <translation>未评价</translation>
    </message>
    <message>
      <source>Not evaluated: {0}.</source>
      <translation>未评价：{0}。</translation>
    </message>
    <message>
      <source>Not finished: {0}. {1}. Nothing is lost; the next sync continues from here.</source>
      <translation>同步未完成：{0}。{1}。数据没有丢失，下次同步从此处继续。</translation>
    </message>
    <message>
      <source>Not graded or no firm</source>
      <translation>未评级或无企业</translation>
    </message>
    <message>
      <source>Not in the table</source>
      <translation>不在汇总表中</translation>
    </message>
    <message>
      <source>Not matched</source>
      <translation>未匹配</translation>
    </message>
    <message>
      <source>Not on the platform</source>
      <translation>平台上没有的</translation>
    </message>
    <message>
      <source>Not on the platform…</source>
      <translation>平台上没有的…</translation>
    </message>
    <message>
      <source>Not read {0}</source>
      <translation>未读取 {0}</translation>
    </message>
    <message>
      <source>Not reported</source>
      <translation>未报</translation>
    </message>
    <message>
      <source>Not returned: {0}</source>
      <translation>未返回：{0}</translation>
    </message>
    <message>
      <source>Not said</source>
      <translation>未规定</translation>
    </message>
    <message>
      <source>Not saved yet</source>
      <translation>尚未保存</translation>
    </message>
    <message>
      <source>Not served</source>
      <translation>未服务</translation>
    </message>
    <message>
      <source>Not stated</source>
      <translation>未注明</translation>
    </message>
    <message>
      <source>Not submitted again</source>
      <translation>未再提交</translation>
    </message>
    <message>
      <source>Not synchronised completely yet</source>
      <translation>尚未完整同步过</translation>
    </message>
    <message>
      <source>Not told</source>
      <translation>未注明</translation>
    </message>
    <message>
      <source>Not used: {0}, feature {1} ({2})</source>
      <translation>未使用：{0}，要素 {1}（{2}）</translation>
    </message>
    <message>
      <source>Note</source>
      <translation>备注</translation>
    </message>
    <message>
      <source>Note on this round</source>
      <translation>本轮说明</translation>
    </message>
    <message>
      <source>Note on this version</source>
      <translation>本版说明</translation>
    </message>
    <message>
      <source>Nothing changed; no package was made.</source>
      <translation>没有变化，未生成维护包。</translation>
    </message>
    <message>
      <source>Nothing has been scored yet.</source>
      <translation>尚无评分结果。</translation>
    </message>
    <message>
      <source>Nothing is due. Reporting units are entered in the form of reporting duties; without it, the records of the previous period are expected again.</source>
      <translation>没有应报项。谁应填报在“应报清单”表中登记；没有登记时，上一期报过的本期再报。</translation>
    </message>
    <message>
      <source>Nothing is saved yet: the next check of control lines becomes round 1 of a case.</source>
      <translation>尚无记录：下一次控制线检查将成为审查件的第1轮。</translation>
    </message>
    <message>
      <source>Nothing is waiting and nothing was returned. Submit records on the Reports page, then synchronise.</source>
      <translation>没有待发送的，也没有退回的。请在“填报”页提交记录，再按“同步”。</translation>
    </message>
    <message>
      <source>Nothing received</source>
      <translation>未上报</translation>
    </message>
    <message>
      <source>Nothing was converted, so that TARGET is not written.</source>
      <translation>没有图斑完成转换，因此不写 TARGET。</translation>
    </message>
    <message>
      <source>Nothing was entered yet.</source>
      <translation>尚未填写任何内容。</translation>
    </message>
    <message>
      <source>Nothing was sent, fetched or changed.</source>
      <translation>未发送、未取回、未作任何改动。</translation>
    </message>
    <message>
      <source>Nothing was taken in: {0} checks refuse.</source>
      <translation>没有入库：{0} 项检查未通过。</translation>
    </message>
    <message>
      <source>Nothing would change.</source>
      <translation>不会有任何改动。</translation>
    </message>
    <message>
      <source>Notice</source>
      <translation>提示</translation>
    </message>
    <message>
      <source>Number</source>
      <translation>数量</translation>
    </message>
    <message>
      <source>Number nearby</source>
      <translation>附近数量</translation>
    </message>
    <message>
      <source>Number of facilities</source>
      <translation>设施数量</translation>
    </message>
    <message>
      <source>Number of firms</source>
      <translation>企业数</translation>
    </message>
    <message>
      <source>Number of projects</source>
      <translation>项目数</translation>
    </message>
    <message>
      <source>Number of reasons</source>
      <translation>理由数</translation>
    </message>
    <message>
      <source>Number of sites</source>
      <translation>地块数量</translation>
    </message>
    <message>
      <source>O optional</source>
      <translation>O 可选</translation>
    </message>
    <message>
      <source>OK</source>
      <translation>确定</translation>
    </message>
    <message>
      <source>Objective</source>
      <translation>目标</translation>
    </message>
    <message>
      <source>Offline kit</source>
      <translation>离线安装包</translation>
    </message>
    <message>
      <source>Offline kit (*.zip)</source>
      <translation>离线安装包 (*.zip)</translation>
    </message>
    <message>
      <source>Old code</source>
      <translation>原编码</translation>
    </message>
    <message>
      <source>Old name</source>
      <translation>原名称</translation>
    </message>
    <message>
      <source>On the platform it is {0}: it takes no change before it is returned there.</source>
      <translation>平台上该记录为“{0}”，退回之前不接收任何修改。</translation>
    </message>
    <message>
      <source>On time</source>
      <translation>达到序时</translation>
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
      <source>One screen…</source>
      <translation>一屏掌握…</translation>
    </message>
    <message>
      <source>One value per line</source>
      <translation>每行一个取值</translation>
    </message>
    <message>
      <source>One workbook for every county…</source>
      <translation>按县分发工作簿…</translation>
    </message>
    <message>
      <source>One workbook for every township…</source>
      <translation>按乡镇分发工作簿…</translation>
    </message>
    <message>
      <source>OneMap Desk</source>
      <translation>一张图工作台</translation>
    </message>
    <message>
      <source>OneMap Desk cannot start: these components are missing or too old.</source>
      <translation>一张图工作台不能启动：以下组件缺少或版本过旧。</translation>
    </message>
    <message>
      <source>OneMap Desk is ready: see the menu One Map.</source>
      <translation>一张图工作台已就绪，见菜单“一张图”。</translation>
    </message>
    <message>
      <source>OneMap Desk lacks these components; all other functions work.</source>
      <translation>缺少以下组件，相应功能停用，其他功能正常。</translation>
    </message>
    <message>
      <source>OneMap Desk: installation</source>
      <translation>一张图工作台：安装检查</translation>
    </message>
    <message>
      <source>OneMap Desk: reading ahead</source>
      <translation>一张图工作台：预读规则</translation>
    </message>
    <message>
      <source>OneMap platform {0}</source>
      <translation>一张图平台 {0}</translation>
    </message>
    <message>
      <source>OneMap sample</source>
      <translation>一张图样例</translation>
    </message>
    <message>
      <source>Only I changed these, mine stay: {0}.</source>
      <translation>只有本地改过的字段保留本地的值：{0}。</translation>
    </message>
    <message>
      <source>Only features where</source>
      <translation>仅限要素</translation>
    </message>
    <message>
      <source>Only from your own file</source>
      <translation>只从本单位规范中去掉，内置规范不变</translation>
    </message>
    <message>
      <source>Only in the first</source>
      <translation>仅前一版有</translation>
    </message>
    <message>
      <source>Only in the second</source>
      <translation>仅后一版有</translation>
    </message>
    <message>
      <source>Only look</source>
      <translation>仅对照查看</translation>
    </message>
    <message>
      <source>Only submitted and approved records</source>
      <translation>只统计已提交和已审核的记录</translation>
    </message>
    <message>
      <source>Only the platform changed these, its values are taken: {0}.</source>
      <translation>只有平台改过的字段用平台的值：{0}。</translation>
    </message>
    <message>
      <source>Only those that fail a requirement or were not checked</source>
      <translation>只看不符合和未检查的</translation>
    </message>
    <message>
      <source>Only what changed</source>
      <translation>只查变化</translation>
    </message>
    <message>
      <source>Only where your province runs one.</source>
      <translation>省里已建平台的，在这里填写地址和账号。</translation>
    </message>
    <message>
      <source>Open</source>
      <translation>打开</translation>
    </message>
    <message>
      <source>Open (mu)</source>
      <translation>未完成（亩）</translation>
    </message>
    <message>
      <source>Open a workspace on the Reports page first.</source>
      <translation>请先在“填报”页打开工作空间。</translation>
    </message>
    <message>
      <source>Open a workspace on the Reports page; records waiting to be sent are then listed here.</source>
      <translation>请先在“填报”页打开工作空间，待发送的内容就列在这里。</translation>
    </message>
    <message>
      <source>Open a workspace to keep each check as a round.</source>
      <translation>打开工作空间后，每次审查会自动留作一轮。</translation>
    </message>
    <message>
      <source>Open again</source>
      <translation>恢复待处理</translation>
    </message>
    <message>
      <source>Open criteria</source>
      <translation>打开选址条件</translation>
    </message>
    <message>
      <source>Open my own data</source>
      <translation>打开自己的数据</translation>
    </message>
    <message>
      <source>Open or create a workspace first (dock, Reports).</source>
      <translation>请先打开或新建工作空间（停靠面板“填报”页）。</translation>
    </message>
    <message>
      <source>Open or make a workspace</source>
      <translation>打开或新建工作空间</translation>
    </message>
    <message>
      <source>Open parcels</source>
      <translation>未完成地块</translation>
    </message>
    <message>
      <source>Open the folder</source>
      <translation>打开文件夹</translation>
    </message>
    <message>
      <source>Open the layers of a county, choose the divisions and the year, then compute.</source>
      <translation>打开一个县的图层，选择政区图层和年份，然后点“计算”。</translation>
    </message>
    <message>
      <source>Open the record</source>
      <translation>打开记录</translation>
    </message>
    <message>
      <source>Open the report</source>
      <translation>打开报告</translation>
    </message>
    <message>
      <source>Open: {0}; exceptions: {1}</source>
      <translation>待处理：{0}；例外：{1}</translation>
    </message>
    <message>
      <source>Open…</source>
      <translation>打开…</translation>
    </message>
    <message>
      <source>Opinion</source>
      <translation>意见</translation>
    </message>
    <message>
      <source>Optional: what the layers are compared with</source>
      <translation>可选：与之比对的上级成果</translation>
    </message>
    <message>
      <source>Orange warning</source>
      <translation>橙色预警</translation>
    </message>
    <message>
      <source>Order of signs</source>
      <translation>匹配顺序</translation>
    </message>
    <message>
      <source>Organisation named in reports</source>
      <translation>报告中的单位名称</translation>
    </message>
    <message>
      <source>Other</source>
      <translation>其他</translation>
    </message>
    <message>
      <source>Other classes</source>
      <translation>其他地类</translation>
    </message>
    <message>
      <source>Other counties too</source>
      <translation>接收其他县的行</translation>
    </message>
    <message>
      <source>Other fields allowed</source>
      <translation>允许其他字段</translation>
    </message>
    <message>
      <source>Other names, parted by commas</source>
      <translation>其他名称，用逗号分隔</translation>
    </message>
    <message>
      <source>Other version of the design</source>
      <translation>方案的另一版本</translation>
    </message>
    <message>
      <source>Other weights</source>
      <translation>权重试算</translation>
    </message>
    <message>
      <source>Outcome</source>
      <translation>结果</translation>
    </message>
    <message>
      <source>Outline of the county</source>
      <translation>县域范围</translation>
    </message>
    <message>
      <source>Output a mu (10,000 yuan)</source>
      <translation>亩均产出（万元/亩）</translation>
    </message>
    <message>
      <source>Outside edits not yet in the chain</source>
      <translation>尚未写入审计链的外部修改</translation>
    </message>
    <message>
      <source>Over (m)</source>
      <translation>超出（m）</translation>
    </message>
    <message>
      <source>Overdue</source>
      <translation>逾期</translation>
    </message>
    <message>
      <source>Overdue: its day has passed, and no day of completion stands in the layer</source>
      <translation>逾期：期限已过，图层中没有完成日期</translation>
    </message>
    <message>
      <source>Overdue: of an earlier task year, and not yet at the counting stage</source>
      <translation>逾期：以前年度任务，至今未达计任务阶段</translation>
    </message>
    <message>
      <source>Overlap (ha)</source>
      <translation>重叠面积（公顷）</translation>
    </message>
    <message>
      <source>Overlap (mu)</source>
      <translation>重叠面积（亩）</translation>
    </message>
    <message>
      <source>Overlap (m²)</source>
      <translation>重叠面积（m²）</translation>
    </message>
    <message>
      <source>Overlap of 90 % or more</source>
      <translation>重叠不低于90%</translation>
    </message>
    <message>
      <source>Overlap only</source>
      <translation>仅按重叠</translation>
    </message>
    <message>
      <source>Overlaps count once</source>
      <translation>重叠只计一次</translation>
    </message>
    <message>
      <source>Own value</source>
      <translation>自定值</translation>
    </message>
    <message>
      <source>Pack a bag ({0} records)…</source>
      <translation>打包（{0} 条记录）…</translation>
    </message>
    <message>
      <source>Pack a bag…</source>
      <translation>打包…</translation>
    </message>
    <message>
      <source>Pack a courier bag</source>
      <translation>打离线汇交包</translation>
    </message>
    <message>
      <source>Pack the chosen bag again…</source>
      <translation>重新打包所选的包…</translation>
    </message>
    <message>
      <source>Package</source>
      <translation>维护包</translation>
    </message>
    <message>
      <source>Package and specification</source>
      <translation>成果包与规范</translation>
    </message>
    <message>
      <source>Package or database</source>
      <translation>成果包或数据库</translation>
    </message>
    <message>
      <source>Packages</source>
      <translation>成果包</translation>
    </message>
    <message>
      <source>Packed</source>
      <translation>打包时间</translation>
    </message>
    <message>
      <source>Packs the records that wait in the workspace's outbox, with their attachments, into a signed BagIt zip that is carried to the platform by hand. They stay in the outbox until the receipt bag is unpacked. The signing key is the password of the authentication configuration.
Example: ONEMAP_BAG_KEY=... tools/process run onemap:packbag --WORKSPACE=county.gpkg --BAG=out.zip</source>
      <translation>将工作空间中待发送的记录连同附件打成带签名的 BagIt 压缩包，由人工送交平台。收到回执包之前，记录仍留在待发送队列中。签名密钥取自认证配置的密码。
示例：ONEMAP_BAG_KEY=... tools/process run onemap:packbag --WORKSPACE=county.gpkg --BAG=out.zip</translation>
    </message>
    <message>
      <source>Pairwise judgements (AHP)</source>
      <translation>两两比较判断（层次分析法）</translation>
    </message>
    <message>
      <source>Paper</source>
      <translation>批件</translation>
    </message>
    <message>
      <source>Paper: {0}</source>
      <translation>文件：{0}</translation>
    </message>
    <message>
      <source>Parcel</source>
      <translation>地块</translation>
    </message>
    <message>
      <source>Parcel name</source>
      <translation>地块名称</translation>
    </message>
    <message>
      <source>Parcel name field</source>
      <translation>地块名称字段</translation>
    </message>
    <message>
      <source>Parcel number</source>
      <translation>地块编号</translation>
    </message>
    <message>
      <source>Parcel number field</source>
      <translation>地块编号字段</translation>
    </message>
    <message>
      <source>Parcel {0}</source>
      <translation>地块 {0}</translation>
    </message>
    <message>
      <source>Parcels</source>
      <translation>地块</translation>
    </message>
    <message>
      <source>Parcels by grade {0}</source>
      <translation>地块等级 {0}</translation>
    </message>
    <message>
      <source>Parcels or roads whose edges sites follow</source>
      <translation>地块边界须沿用的宗地或道路图层</translation>
    </message>
    <message>
      <source>Parcels still open</source>
      <translation>未完成地块</translation>
    </message>
    <message>
      <source>Parcels that may be low-efficiency land</source>
      <translation>低效用地候选</translation>
    </message>
    <message>
      <source>Parcels with conditions</source>
      <translation>地块规划条件</translation>
    </message>
    <message>
      <source>Parcels with their results</source>
      <translation>地块结果</translation>
    </message>
    <message>
      <source>Part of layer</source>
      <translation>所属图层</translation>
    </message>
    <message>
      <source>Parts of layers</source>
      <translation>图层分类</translation>
    </message>
    <message>
      <source>Parts that exceed a limit</source>
      <translation>超限部分</translation>
    </message>
    <message>
      <source>Paste what was copied from Excel…</source>
      <translation>粘贴从 Excel 复制的内容…</translation>
    </message>
    <message>
      <source>Period</source>
      <translation>填报期</translation>
    </message>
    <message>
      <source>Period (2026-03 or 2026; empty: this one)</source>
      <translation>填报期（2026-03 或 2026；留空为本期）</translation>
    </message>
    <message>
      <source>Period: {0}</source>
      <translation>填报期：{0}</translation>
    </message>
    <message>
      <source>Person</source>
      <translation>责任人</translation>
    </message>
    <message>
      <source>Photos made smaller</source>
      <translation>缩小照片</translation>
    </message>
    <message>
      <source>Piece</source>
      <translation>片号</translation>
    </message>
    <message>
      <source>Pieces</source>
      <translation>图斑数</translation>
    </message>
    <message>
      <source>Piecewise linear</source>
      <translation>分段线性</translation>
    </message>
    <message>
      <source>Places need one column of eastings and one of northings.</source>
      <translation>位置需要一列东坐标（经度）和一列北坐标（纬度）。</translation>
    </message>
    <message>
      <source>Plan above</source>
      <translation>上级规划</translation>
    </message>
    <message>
      <source>Platform…</source>
      <translation>平台设置…</translation>
    </message>
    <message>
      <source>Please check: {0}</source>
      <translation>请核对：{0}</translation>
    </message>
    <message>
      <source>Please install for QGIS on this computer (into the user's profile, no administrator needed):</source>
      <translation>请为本机的 QGIS 安装以下组件（装入用户配置目录，不需要管理员权限）：</translation>
    </message>
    <message>
      <source>Please submit them by the deadline.</source>
      <translation>请于截止日前完成填报并提交。</translation>
    </message>
    <message>
      <source>Plot id</source>
      <translation>地块ID</translation>
    </message>
    <message>
      <source>Point: longitude {0}°, latitude {1}° (CGCS2000)</source>
      <translation>点：经度 {0}°，纬度 {1}°（CGCS2000）</translation>
    </message>
    <message>
      <source>Points</source>
      <translation>点</translation>
    </message>
    <message>
      <source>Polygon</source>
      <translation>多边形</translation>
    </message>
    <message>
      <source>Polygon: {0} m², {1} mu, parts: {2} (statutory area)</source>
      <translation>面：{0} 平方米，合 {1} 亩，共 {2} 个部件（法定椭球面积）</translation>
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
      <source>PostGIS as well</source>
      <translation>同时写入 PostGIS</translation>
    </message>
    <message>
      <source>PostGIS database as well</source>
      <translation>同时写入 PostGIS 数据库</translation>
    </message>
    <message>
      <source>Press Platform… first. Submitted records are listed here until they are sent.</source>
      <translation>请先按“平台设置…”设置平台。提交的记录在发送之前列在这里。</translation>
    </message>
    <message>
      <source>Press “Why not here?” and click anywhere on the map.</source>
      <translation>按下“此处为何不行？”，再在地图上任意单击。</translation>
    </message>
    <message>
      <source>Price [yuan/mu]</source>
      <translation>单价（元/亩）</translation>
    </message>
    <message>
      <source>Price table</source>
      <translation>价格表</translation>
    </message>
    <message>
      <source>Price table (YAML)</source>
      <translation>价格表（YAML）</translation>
    </message>
    <message>
      <source>Printed in every report</source>
      <translation>印在每份报告上</translation>
    </message>
    <message>
      <source>Progress of redevelopment of low-efficiency land</source>
      <translation>低效用地再开发进展</translation>
    </message>
    <message>
      <source>Prohibited</source>
      <translation>禁止</translation>
    </message>
    <message>
      <source>Project</source>
      <translation>项目</translation>
    </message>
    <message>
      <source>Project area (m²)</source>
      <translation>项目面积（m²）</translation>
    </message>
    <message>
      <source>Project key field</source>
      <translation>项目编号字段</translation>
    </message>
    <message>
      <source>Project name</source>
      <translation>项目名称</translation>
    </message>
    <message>
      <source>Project or parcel</source>
      <translation>项目或地块</translation>
    </message>
    <message>
      <source>Projects</source>
      <translation>项目用地</translation>
    </message>
    <message>
      <source>Projects are matched by</source>
      <translation>项目对应方式</translation>
    </message>
    <message>
      <source>Projects by stage</source>
      <translation>项目（按阶段）</translation>
    </message>
    <message>
      <source>Proposal</source>
      <translation>建议值</translation>
    </message>
    <message>
      <source>Province</source>
      <translation>省</translation>
    </message>
    <message>
      <source>Province code</source>
      <translation>省级代码</translation>
    </message>
    <message>
      <source>Public key of the platform</source>
      <translation>平台公钥</translation>
    </message>
    <message>
      <source>Pull</source>
      <translation>拉取内容</translation>
    </message>
    <message>
      <source>Pull from the platform</source>
      <translation>从平台拉取</translation>
    </message>
    <message>
      <source>Push to the platform</source>
      <translation>向平台推送</translation>
    </message>
    <message>
      <source>QGIS expression</source>
      <translation>QGIS 表达式</translation>
    </message>
    <message>
      <source>Quadrant</source>
      <translation>象限</translation>
    </message>
    <message>
      <source>Quality</source>
      <translation>质检</translation>
    </message>
    <message>
      <source>Question</source>
      <translation>疑问</translation>
    </message>
    <message>
      <source>Questions</source>
      <translation>疑问</translation>
    </message>
    <message>
      <source>Quotas</source>
      <translation>下达指标</translation>
    </message>
    <message>
      <source>Quotas and the plan above</source>
      <translation>上下级与指标一致</translation>
    </message>
    <message>
      <source>Quotas handed down (table)</source>
      <translation>下达的指标（表格）</translation>
    </message>
    <message>
      <source>Random runs of the sensitivity</source>
      <translation>敏感性分析随机次数</translation>
    </message>
    <message>
      <source>Range</source>
      <translation>范围</translation>
    </message>
    <message>
      <source>Range drawn on the map</source>
      <translation>地图上划定范围</translation>
    </message>
    <message>
      <source>Range from a boundary-point TXT…</source>
      <translation>由界址点 TXT 生成范围…</translation>
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
      <source>Range {0} m² = {1} ha = {2} mu</source>
      <translation>范围 {0} 平方米 = {1} 公顷 = {2} 亩</translation>
    </message>
    <message>
      <source>Rank</source>
      <translation>名次</translation>
    </message>
    <message>
      <source>Ranking</source>
      <translation>排序</translation>
    </message>
    <message>
      <source>Raster mean</source>
      <translation>栅格均值</translation>
    </message>
    <message>
      <source>Reached this stage</source>
      <translation>已达该阶段</translation>
    </message>
    <message>
      <source>Read a table of tasks (year, division, kind, mu)</source>
      <translation>读入任务表（年度、行政区、类型、亩）</translation>
    </message>
    <message>
      <source>Read hidden rows and sheets</source>
      <translation>读取隐藏行和隐藏表</translation>
    </message>
    <message>
      <source>Read the workspace again</source>
      <translation>重新读取工作空间</translation>
    </message>
    <message>
      <source>Reading redevelopment projects</source>
      <translation>正在读取再开发项目</translation>
    </message>
    <message>
      <source>Reading the rules</source>
      <translation>正在读取规则</translation>
    </message>
    <message>
      <source>Reading the verdicts</source>
      <translation>读取审查结论</translation>
    </message>
    <message>
      <source>Reading the verdicts…</source>
      <translation>正在读取审查结论…</translation>
    </message>
    <message>
      <source>Reads a boundary-point TXT (勘测定界界址点坐标) in GBK, UTF-8 or UTF-16 into polygons in the file's own CGCS2000 zone.
What the file says about its place is compared: the zone in the header with the eastings, the order of X and Y, the stated area with the computed one. A contradiction is put right with a warning, or the file is refused. A file of coordinates only, or one that does not say its zone, needs CRS.
Fields: parcel number, name, kind, sheet, use, class code; stated_m2 (the file's area in hectares, m² or mu) and area_m2 (statutory). The field raw keeps the text of every point and head field, so that exportparceltxt writes the same file again.
Example: tools/process run onemap:importparceltxt --INPUT=parcels.txt --OUTPUT=parcels.gpkg</source>
      <translation>读入勘测定界界址点坐标 TXT（GBK、UTF-8 或 UTF-16），按文件所属 CGCS2000 投影带生成面。
核对文件中的定位信息：文件头带号与横坐标带号、X 与 Y 的顺序、填写面积与计算面积；相互矛盾的，改正并给出警告，或拒绝读入。只有坐标或没有写明带号的文件须选择坐标系（CRS）。
字段：地块编号、名称、图形属性、图幅号、用途、地类编码；stated_m2 为文件填写的面积（公顷、平方米或亩），area_m2 为法定椭球面积。字段 raw 保存每个界址点和地块行的原文，exportparceltxt 可原样写回。
示例：tools/process run onemap:importparceltxt --INPUT=parcels.txt --OUTPUT=parcels.gpkg</translation>
    </message>
    <message>
      <source>Reads the records of a form from an .xlsx workbook into a workspace, in one transaction: our own template, or a foreign workbook with title rows, stacked heads, units and subtotals. Rows with errors are left out and come back in MARKED, a copy of the workbook with coloured cells, comments and a list. The same file twice changes nothing.
PROFILE is a kept mapping of columns to fields (JSON: {"columns": {"title": "field"}}); without it the one that was last used in the workspace for the same columns is applied.
BLANKS: "fill" keeps a value under a blank cell, "replace" empties it. HIDDEN also reads rows and sheets that are hidden or filtered out, OTHER_COUNTIES rows of other counties. A book that was exported from the workspace never overwrites what was changed there since: such cells are left and named.
Example: tools/process run onemap:importworkbook --FORM=village_evaluation --WORKBOOK=villages.xlsx --WORKSPACE=county.gpkg --MARKED=errors.xlsx</source>
      <translation>把 .xlsx 工作簿（或 .et、.csv）中某一表单的记录导入工作空间，一次事务完成：可以是本软件导出的模板，也可以是带标题行、多层表头、计量单位和合计行的外来表格。有错误的行不导入，写入 MARKED（工作簿副本，单元格着色、加批注并附清单）。同一文件再次导入不会产生变化。
PROFILE 为保存的列对应方案（JSON：{"columns": {"列名": "字段"}}）；不提供时，套用工作空间中上次用于相同列的方案。
BLANKS：“fill”表示空白单元格保留原值，“replace”表示清空原值。HIDDEN 表示同时读取隐藏或被筛选掉的行和表，OTHER_COUNTIES 表示接收其他县的行。由本工作空间导出的工作簿不会覆盖之后在本机所作的修改：这类单元格保留原值并逐一列出。
示例：tools/process run onemap:importworkbook --FORM=village_evaluation --WORKBOOK=villages.xlsx --WORKSPACE=county.gpkg --MARKED=errors.xlsx</translation>
    </message>
    <message>
      <source>Ready</source>
      <translation>待提交</translation>
    </message>
    <message>
      <source>Ready: see the menu One Map.</source>
      <translation>已就绪，见菜单“一张图”。</translation>
    </message>
    <message>
      <source>Reason</source>
      <translation>原因</translation>
    </message>
    <message>
      <source>Reason (kept with the defect)</source>
      <translation>理由（随问题保存）</translation>
    </message>
    <message>
      <source>Reason for the return</source>
      <translation>退回原因</translation>
    </message>
    <message>
      <source>Reason given</source>
      <translation>所述原因</translation>
    </message>
    <message>
      <source>Reason in words</source>
      <translation>理由说明</translation>
    </message>
    <message>
      <source>Reasons</source>
      <translation>理由</translation>
    </message>
    <message>
      <source>Receipt bag</source>
      <translation>回执包</translation>
    </message>
    <message>
      <source>Receipts (*.zip *.age)</source>
      <translation>回执包 (*.zip *.age)</translation>
    </message>
    <message>
      <source>Received</source>
      <translation>接收</translation>
    </message>
    <message>
      <source>Receiving</source>
      <translation>正在接收</translation>
    </message>
    <message>
      <source>Reclassed (m²)</source>
      <translation>属性变更（m²）</translation>
    </message>
    <message>
      <source>Recompute and verify</source>
      <translation>重算核对</translation>
    </message>
    <message>
      <source>Recompute the old round from its inputs and compare byte for byte</source>
      <translation>用原输入数据重算该轮，核对结论是否逐字节一致</translation>
    </message>
    <message>
      <source>Recomputing the round</source>
      <translation>正在重算该轮</translation>
    </message>
    <message>
      <source>Reconsider {0} against {1}: {2} was given, the other judgements imply {3}.</source>
      <translation>请复核“{0}”相对“{1}”的判断：填写为 {2}，由其余判断推得 {3}。</translation>
    </message>
    <message>
      <source>Record</source>
      <translation>记录</translation>
    </message>
    <message>
      <source>Record id</source>
      <translation>记录标识</translation>
    </message>
    <message>
      <source>Records</source>
      <translation>填报记录</translation>
    </message>
    <message>
      <source>Records accepted</source>
      <translation>平台接收的记录数</translation>
    </message>
    <message>
      <source>Records and features imported</source>
      <translation>收进的记录和要素数</translation>
    </message>
    <message>
      <source>Records and features pulled</source>
      <translation>拉取的记录和要素数</translation>
    </message>
    <message>
      <source>Records changed on both sides</source>
      <translation>两边都改过的记录</translation>
    </message>
    <message>
      <source>Records packed</source>
      <translation>打包的记录数</translation>
    </message>
    <message>
      <source>Records pushed</source>
      <translation>推送的记录数</translation>
    </message>
    <message>
      <source>Records rejected</source>
      <translation>被拒绝的记录数</translation>
    </message>
    <message>
      <source>Records returned</source>
      <translation>退回的记录</translation>
    </message>
    <message>
      <source>Records sent, file pending</source>
      <translation>已发送、附件待传的记录数</translation>
    </message>
    <message>
      <source>Records still waiting</source>
      <translation>仍待发送的记录数</translation>
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
      <source>Rectangle</source>
      <translation>矩形</translation>
    </message>
    <message>
      <source>Red warning</source>
      <translation>红色预警</translation>
    </message>
    <message>
      <source>Reduced</source>
      <translation>减少</translation>
    </message>
    <message>
      <source>Refresh</source>
      <translation>刷新</translation>
    </message>
    <message>
      <source>Refused by the platform</source>
      <translation>平台未接收</translation>
    </message>
    <message>
      <source>Rejected</source>
      <translation>淘汰地块</translation>
    </message>
    <message>
      <source>Rejected {0}</source>
      <translation>退回 {0}</translation>
    </message>
    <message>
      <source>Relief</source>
      <translation>地形起伏</translation>
    </message>
    <message>
      <source>Remaining (m²)</source>
      <translation>剩余（平方米）</translation>
    </message>
    <message>
      <source>Remaining [mu]</source>
      <translation>剩余（亩）</translation>
    </message>
    <message>
      <source>Remarks</source>
      <translation>说明</translation>
    </message>
    <message>
      <source>Remarks on the inputs</source>
      <translation>数据提示</translation>
    </message>
    <message>
      <source>Remove</source>
      <translation>移除</translation>
    </message>
    <message>
      <source>Remove code</source>
      <translation>删除代码</translation>
    </message>
    <message>
      <source>Remove here</source>
      <translation>本机删除</translation>
    </message>
    <message>
      <source>Remove row</source>
      <translation>删除一行</translation>
    </message>
    <message>
      <source>Removed</source>
      <translation>删除</translation>
    </message>
    <message>
      <source>Removed alone (m²)</source>
      <translation>单独扣除（平方米）</translation>
    </message>
    <message>
      <source>Removed in order (m²)</source>
      <translation>依次扣除（平方米）</translation>
    </message>
    <message>
      <source>Removed or replaced here: {0} · offered again: {1} · kept as they are: {2} · decided later: {3}</source>
      <translation>本机删除或替换：{0} · 重新报送：{1} · 原样保留：{2} · 以后再定：{3}</translation>
    </message>
    <message>
      <source>Rename</source>
      <translation>改名</translation>
    </message>
    <message>
      <source>Rename…</source>
      <translation>改名…</translation>
    </message>
    <message>
      <source>Repair the installation…</source>
      <translation>修复安装…</translation>
    </message>
    <message>
      <source>Repaired: {0}, feature {1}: {2}</source>
      <translation>已修复：{0}，要素 {1}：{2}</translation>
    </message>
    <message>
      <source>Repair…</source>
      <translation>修复…</translation>
    </message>
    <message>
      <source>Replace it with the last backup? The damaged file is kept.</source>
      <translation>是否用最近一次备份替换？损坏的文件会保留。</translation>
    </message>
    <message>
      <source>Replace: a blank cell empties it</source>
      <translation>以表为准：空白单元格清空原值</translation>
    </message>
    <message>
      <source>Report</source>
      <translation>报告</translation>
    </message>
    <message>
      <source>Report and matrix…</source>
      <translation>报告与转移矩阵…</translation>
    </message>
    <message>
      <source>Report of a review case</source>
      <translation>审查件报告</translation>
    </message>
    <message>
      <source>Report of heights</source>
      <translation>高度与风貌核查报告</translation>
    </message>
    <message>
      <source>Report of the case; of the comparison where two rounds are selected</source>
      <translation>生成审查件报告；选中两轮时生成对比报告</translation>
    </message>
    <message>
      <source>Report of the comparison</source>
      <translation>对比报告</translation>
    </message>
    <message>
      <source>Report of the inspection</source>
      <translation>质检报告</translation>
    </message>
    <message>
      <source>Report of the site selection</source>
      <translation>选址分析报告</translation>
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
      <source>Required</source>
      <translation>约束</translation>
    </message>
    <message>
      <source>Required [m]</source>
      <translation>要求距离（米）</translation>
    </message>
    <message>
      <source>Required, without a column: {0}</source>
      <translation>必填字段没有对应列：{0}</translation>
    </message>
    <message>
      <source>Requirement as text</source>
      <translation>需求说明</translation>
    </message>
    <message>
      <source>Requirements not checked</source>
      <translation>未检查项</translation>
    </message>
    <message>
      <source>Reset all heights</source>
      <translation>全部恢复为报送高度</translation>
    </message>
    <message>
      <source>Reset to the proposals</source>
      <translation>恢复建议值</translation>
    </message>
    <message>
      <source>Resolved</source>
      <translation>已消除</translation>
    </message>
    <message>
      <source>Restore a version of a layer</source>
      <translation>恢复图层版本</translation>
    </message>
    <message>
      <source>Restored version</source>
      <translation>所恢复的版本</translation>
    </message>
    <message>
      <source>Result</source>
      <translation>结果</translation>
    </message>
    <message>
      <source>Return the records in question</source>
      <translation>退回有疑问的记录</translation>
    </message>
    <message>
      <source>Returned</source>
      <translation>已退回</translation>
    </message>
    <message>
      <source>Returned for correction</source>
      <translation>退回待改</translation>
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
      <source>Review case</source>
      <translation>审查件</translation>
    </message>
    <message>
      <source>Review case (empty: the name of the projects)</source>
      <translation>审查件（留空则用项目图层名）</translation>
    </message>
    <message>
      <source>Review cases</source>
      <translation>审查件</translation>
    </message>
    <message>
      <source>Review date</source>
      <translation>审查日期</translation>
    </message>
    <message>
      <source>Review rules</source>
      <translation>审查规则</translation>
    </message>
    <message>
      <source>Review {0}, round {1}, is kept in the workspace.</source>
      <translation>审查件“{0}”第 {1} 轮已存入工作空间。</translation>
    </message>
    <message>
      <source>Reviewed collection</source>
      <translation>被审查的集合</translation>
    </message>
    <message>
      <source>Reviewed record</source>
      <translation>被审查的记录</translation>
    </message>
    <message>
      <source>Reviewed version</source>
      <translation>被审查的版本</translation>
    </message>
    <message>
      <source>Reviewer</source>
      <translation>审查人</translation>
    </message>
    <message>
      <source>Road {0}</source>
      <translation>道路 {0}</translation>
    </message>
    <message>
      <source>Roads</source>
      <translation>道路</translation>
    </message>
    <message>
      <source>Roll-up</source>
      <translation>汇总</translation>
    </message>
    <message>
      <source>Round</source>
      <translation>轮次</translation>
    </message>
    <message>
      <source>Round of the review case</source>
      <translation>审查件轮次</translation>
    </message>
    <message>
      <source>Round {0}</source>
      <translation>第{0}轮</translation>
    </message>
    <message>
      <source>Rounds</source>
      <translation>轮次数</translation>
    </message>
    <message>
      <source>Row</source>
      <translation>行</translation>
    </message>
    <message>
      <source>Row in the table</source>
      <translation>原表行号</translation>
    </message>
    <message>
      <source>Row {0} of the chain was anchored in {1}. Keep the file elsewhere.</source>
      <translation>审计链第 {0} 行已记入 {1}，请将该文件另行保管。</translation>
    </message>
    <message>
      <source>Rows</source>
      <translation>行数</translation>
    </message>
    <message>
      <source>Rows not read</source>
      <translation>未读取的行</translation>
    </message>
    <message>
      <source>Rows not read: {0}</source>
      <translation>未读取的行 {0}</translation>
    </message>
    <message>
      <source>Rows of the chain</source>
      <translation>审计链行数</translation>
    </message>
    <message>
      <source>Rows taken</source>
      <translation>入库行数</translation>
    </message>
    <message>
      <source>Rows that carry another record's identity</source>
      <translation>带有其他记录标识的行</translation>
    </message>
    <message>
      <source>Rows with errors</source>
      <translation>有错误的行数</translation>
    </message>
    <message>
      <source>Rows written</source>
      <translation>导出行数</translation>
    </message>
    <message>
      <source>Rule</source>
      <translation>规则</translation>
    </message>
    <message>
      <source>Rule and what would comply</source>
      <translation>管控与修改建议</translation>
    </message>
    <message>
      <source>Rule file</source>
      <translation>规则文件</translation>
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
      <source>Rules</source>
      <translation>规则</translation>
    </message>
    <message>
      <source>Rules changed: {0}</source>
      <translation>规则有变化的控制线：{0}</translation>
    </message>
    <message>
      <source>Rules of candidates</source>
      <translation>候选规则</translation>
    </message>
    <message>
      <source>Rules of the province</source>
      <translation>省级控制线规则</translation>
    </message>
    <message>
      <source>Rules that differ from the national set</source>
      <translation>与国家底版不同的规则数</translation>
    </message>
    <message>
      <source>Rules, site criteria and forms</source>
      <translation>规则、选址条件和填报表单</translation>
    </message>
    <message>
      <source>Run</source>
      <translation>运行</translation>
    </message>
    <message>
      <source>Run all stages on the package</source>
      <translation>对成果包执行全部检查</translation>
    </message>
    <message>
      <source>Run the check on the same inputs: a new round of this case</source>
      <translation>用相同的输入再次检查，形成该审查件的新一轮</translation>
    </message>
    <message>
      <source>Run the selection to rank sites.</source>
      <translation>运行后在此显示地块排序。</translation>
    </message>
    <message>
      <source>Run the selection to try other weights.</source>
      <translation>运行选址后可试算其他权重。</translation>
    </message>
    <message>
      <source>Runs a building design through everything that regulates its heights: height zones, view corridors and the backdrop of their targets, ridges, obstacle surfaces of an airport, conditions of parcels.
Heights come from HEIGHT_FIELD, else floors times STOREY_M, else from Z; ground levels from BASE_FIELD, else from DEM. What is missing or absurd is not checked, with the reason. Levels of the 1985 datum and of a local one are compared only when DATUM_SHIFT_M is given.
FINDINGS holds the parts that exceed a limit; LIMITS every building with the height allowed; SIGHTS every view with the share of its target that is hidden. Fields of the other layers are known by name (see the guide on heights).
Example: tools/process run onemap:checkheights --BUILDINGS=town.gpkg|layername=JZW --ZONES=town.gpkg|layername=ZXCQJZGDFQ --VIEWPOINTS=town.gpkg|layername=SD --TARGETS=town.gpkg|layername=SXMB --DEM=dem.tif --FINDINGS=heights.gpkg --REPORT=heights.docx</source>
      <translation>把建筑设计方案按全部高度与风貌管控要求核查一遍：建筑高度分区、视线通廊及目标背景、山脊线、机场障碍物限制面、地块规划条件。
建筑高度取自 HEIGHT_FIELD，没有时按层数乘以 STOREY_M，再没有时取图形的 Z；地面标高取自 BASE_FIELD，没有时取自 DEM。缺失或不合理的不检查并说明原因。1985 高程与地方高程只有给出 DATUM_SHIFT_M 才相互比较。
FINDINGS 是超出限制的部分；LIMITS 是全部建筑及其允许高度；SIGHTS 是每条视线及目标被遮挡的比例。其他图层的字段按名称识别（见高度管控说明）。
示例：tools/process run onemap:checkheights --BUILDINGS=town.gpkg|layername=JZW --ZONES=town.gpkg|layername=ZXCQJZGDFQ --VIEWPOINTS=town.gpkg|layername=SD --TARGETS=town.gpkg|layername=SXMB --DEM=dem.tif --FINDINGS=heights.gpkg --REPORT=heights.docx</translation>
    </message>
    <message>
      <source>Runs in the background; QGIS can be used meanwhile</source>
      <translation>在后台运行，期间可以继续使用 QGIS</translation>
    </message>
    <message>
      <source>Runways</source>
      <translation>机场跑道</translation>
    </message>
    <message>
      <source>SHA-256 of the content</source>
      <translation>内容 SHA-256</translation>
    </message>
    <message>
      <source>SHA-256 of the rule set</source>
      <translation>规则集 SHA-256</translation>
    </message>
    <message>
      <source>SHA-256 of the source</source>
      <translation>来源文件 SHA-256</translation>
    </message>
    <message>
      <source>Same geometry</source>
      <translation>图形一致</translation>
    </message>
    <message>
      <source>Same in every row</source>
      <translation>每行相同</translation>
    </message>
    <message>
      <source>Same in every row ({0})</source>
      <translation>每行相同（{0}）</translation>
    </message>
    <message>
      <source>Save</source>
      <translation>保存</translation>
    </message>
    <message>
      <source>Save as my own</source>
      <translation>另存为自己的规范</translation>
    </message>
    <message>
      <source>Save as my own…</source>
      <translation>另存为自己的规范…</translation>
    </message>
    <message>
      <source>Save as project site</source>
      <translation>存为项目用地</translation>
    </message>
    <message>
      <source>Save as project site…</source>
      <translation>存为项目用地…</translation>
    </message>
    <message>
      <source>Save as…</source>
      <translation>另存为…</translation>
    </message>
    <message>
      <source>Save the indicator set</source>
      <translation>保存指标集</translation>
    </message>
    <message>
      <source>Save the list…</source>
      <translation>保存清单…</translation>
    </message>
    <message>
      <source>Save the plain template</source>
      <translation>另存默认模板</translation>
    </message>
    <message>
      <source>Save the plain template…</source>
      <translation>另存默认模板…</translation>
    </message>
    <message>
      <source>Save the province's file…</source>
      <translation>保存省级文件…</translation>
    </message>
    <message>
      <source>Save the province's rule file</source>
      <translation>保存省级规则文件</translation>
    </message>
    <message>
      <source>Save the report</source>
      <translation>保存报告</translation>
    </message>
    <message>
      <source>Save the roll-up…</source>
      <translation>保存汇总…</translation>
    </message>
    <message>
      <source>Save the weekly report (Word, PDF, Excel)</source>
      <translation>保存周报（Word、PDF、Excel）</translation>
    </message>
    <message>
      <source>Save, ready to submit</source>
      <translation>保存并待提交</translation>
    </message>
    <message>
      <source>Saved as project site: {0}</source>
      <translation>已存为项目用地：{0}</translation>
    </message>
    <message>
      <source>Saved in QGIS's authentication manager under its master password.</source>
      <translation>保存在 QGIS 认证管理器中，受主密码保护。</translation>
    </message>
    <message>
      <source>Saved in {0}</source>
      <translation>已保存到 {0}</translation>
    </message>
    <message>
      <source>Saved login of QGIS</source>
      <translation>QGIS 中已保存的登录</translation>
    </message>
    <message>
      <source>Saved: {0}</source>
      <translation>已保存：{0}</translation>
    </message>
    <message>
      <source>Scale</source>
      <translation>规模</translation>
    </message>
    <message>
      <source>Scenario</source>
      <translation>情景</translation>
    </message>
    <message>
      <source>Scenarios</source>
      <translation>情景对比</translation>
    </message>
    <message>
      <source>Schema</source>
      <translation>模式</translation>
    </message>
    <message>
      <source>Schema in the database</source>
      <translation>数据库的模式</translation>
    </message>
    <message>
      <source>Scheme</source>
      <translation>评价方案</translation>
    </message>
    <message>
      <source>Scheme, year</source>
      <translation>评价方案、年度</translation>
    </message>
    <message>
      <source>Score</source>
      <translation>得分</translation>
    </message>
    <message>
      <source>Score (0 to 100)</source>
      <translation>得分（0—100）</translation>
    </message>
    <message>
      <source>Score not known</source>
      <translation>得分不明</translation>
    </message>
    <message>
      <source>Score {0}: {1}</source>
      <translation>得分 {0}：{1}</translation>
    </message>
    <message>
      <source>Search</source>
      <translation>方式</translation>
    </message>
    <message>
      <source>Secret key for encrypted receipts</source>
      <translation>解密回执的私钥</translation>
    </message>
    <message>
      <source>See the specification and change a copy of it</source>
      <translation>查看规范，修改后另存</translation>
    </message>
    <message>
      <source>Seed of the random runs</source>
      <translation>随机种子</translation>
    </message>
    <message>
      <source>Select a feature on the map first.</source>
      <translation>请先在地图上选中要素。</translation>
    </message>
    <message>
      <source>Select one or more features first.</source>
      <translation>请先选择一个或多个要素。</translation>
    </message>
    <message>
      <source>Select one round, or two to compare.</source>
      <translation>请选择一轮，或选择两轮进行对比。</translation>
    </message>
    <message>
      <source>Select sites among parcels</source>
      <translation>候选地块比选</translation>
    </message>
    <message>
      <source>Select the village's polygon on the map to compute areas.</source>
      <translation>请先在地图上选中村庄范围面，再计算面积。</translation>
    </message>
    <message>
      <source>Select two to five sites in the ranking.</source>
      <translation>请在排序表中选择二至五个地块。</translation>
    </message>
    <message>
      <source>Self-check</source>
      <translation>自检</translation>
    </message>
    <message>
      <source>Self-check…</source>
      <translation>自检…</translation>
    </message>
    <message>
      <source>Send</source>
      <translation>发送</translation>
    </message>
    <message>
      <source>Send the local version again</source>
      <translation>重新报送本机版本</translation>
    </message>
    <message>
      <source>Sending</source>
      <translation>正在发送</translation>
    </message>
    <message>
      <source>Sends the records that wait in the workspace's outbox. A record that the platform rejects does not block the others; what both sides changed differently waits as a conflict. A run that was stopped goes on where it was, nothing is sent twice.
Example: ONEMAP_TOKEN=... tools/process run onemap:push --WORKSPACE=county.gpkg --PLATFORM=https://platform.example --LOG=push.json</source>
      <translation>发送工作空间中待发送的记录。被平台拒绝的记录不影响其他记录；两边改得不一样的作为冲突留待裁定。中断后再次运行会从断点继续，不会重复发送。
示例：ONEMAP_TOKEN=... tools/process run onemap:push --WORKSPACE=county.gpkg --PLATFORM=https://platform.example --LOG=push.json</translation>
    </message>
    <message>
      <source>Sensitive fields</source>
      <translation>敏感字段</translation>
    </message>
    <message>
      <source>Sent</source>
      <translation>发送</translation>
    </message>
    <message>
      <source>Sent, file pending</source>
      <translation>已发送，附件待传</translation>
    </message>
    <message>
      <source>Separate rules and data by another run</source>
      <translation>重算以分列规则与数据引起的变化</translation>
    </message>
    <message>
      <source>Serial number</source>
      <translation>序号</translation>
    </message>
    <message>
      <source>Served</source>
      <translation>已服务</translation>
    </message>
    <message>
      <source>Set up the platform</source>
      <translation>设置平台</translation>
    </message>
    <message>
      <source>Sets the tasks of a year against the redevelopment projects of a workspace, or of a layer (PROJECTS) with fields named as in the form of redevelopment projects. A project counts once it has reached the counting stage, with the statutory area of its polygon; a place where projects overlap counts once. Every division gets its rate, what is due by the day, a light, and a forecast from the last eight weeks; projects that stand still and those of earlier years are listed.
TASKS is a table with the columns year, division, kind and mu (年度, 行政区, 类型, 任务面积); it is kept in the workspace with KEEP_TASKS, and left empty the kept tasks are used. Days of moves come from the papers of a record, else from the audit chain. REPORT is the weekly report; several files may be given, separated by ";".
LOW_LAND, APPROVED_LAND and IDLE_LAND are layers of the land database (JYJY_DXYDDK, JYJY_PEWGDK, JYJY_XZTDDK): their parcels are counted by division and type, with what is still open or overdue, in LAND_STOCK, LAND_PARCELS and the report. What their fields mean is our reading of their names.
Example: tools/process run onemap:redevelopmentprogress --WORKSPACE=county.gpkg --TASKS=tasks.xlsx --YEAR=2026 --PROJECT_LAYER=projects.gpkg --PROGRESS=progress.gpkg --REPORT=week.docx</source>
      <translation>把年度任务与工作空间中的再开发项目对照，或与项目图层（PROJECTS，字段按再开发项目表单命名）对照。项目达到计任务的阶段后，按其图形的法定面积计入完成；项目互相重叠的地块只计一次。逐行政区给出完成率、序时应完成量、红黄绿灯，以及按最近八周推算的年底完成量；列出停滞项目和以前年度未完成的项目。
TASKS 为任务表，含年度、行政区、类型、任务面积列；选 KEEP_TASKS 时存入工作空间，留空则用已存的任务。变动日期取自记录中的批准、验收日期，没有的取自审计链。REPORT 为周报，可用“;”分隔给出多个文件。
LOW_LAND、APPROVED_LAND、IDLE_LAND 为一张图数据库的低效用地、批而未供、闲置土地地块图层（JYJY_DXYDDK、JYJY_PEWGDK、JYJY_XZTDDK）：按行政区和类型统计个数、面积、未完成和逾期的，写入 LAND_STOCK、LAND_PARCELS 和报告。字段含义按名称理解，属建议。
示例：tools/process run onemap:redevelopmentprogress --WORKSPACE=county.gpkg --TASKS=tasks.xlsx --YEAR=2026 --PROJECT_LAYER=projects.gpkg --PROGRESS=progress.gpkg --REPORT=week.docx</translation>
    </message>
    <message>
      <source>Settings…</source>
      <translation>设置…</translation>
    </message>
    <message>
      <source>Severity</source>
      <translation>级别</translation>
    </message>
    <message>
      <source>Shape</source>
      <translation>图形属性</translation>
    </message>
    <message>
      <source>Shape (4πA/P²)</source>
      <translation>形状（4πA/P²）</translation>
    </message>
    <message>
      <source>Share</source>
      <translation>总权重</translation>
    </message>
    <message>
      <source>Share %</source>
      <translation>占比 %</translation>
    </message>
    <message>
      <source>Share of the area</source>
      <translation>占地比例</translation>
    </message>
    <message>
      <source>Share of the demand (%)</source>
      <translation>占需求比例（%）</translation>
    </message>
    <message>
      <source>Share of the firm's tax (%)</source>
      <translation>占企业税收（%）</translation>
    </message>
    <message>
      <source>Share of the footprint (%)</source>
      <translation>占轮廓面积（%）</translation>
    </message>
    <message>
      <source>Share of the project (%)</source>
      <translation>占项目面积（%）</translation>
    </message>
    <message>
      <source>Share of the target hidden (%)</source>
      <translation>遮挡目标宽度（%）</translation>
    </message>
    <message>
      <source>Share of the way used (%)</source>
      <translation>已用或已完成（%）</translation>
    </message>
    <message>
      <source>Shares</source>
      <translation>占比</translation>
    </message>
    <message>
      <source>Sheet</source>
      <translation>工作表</translation>
    </message>
    <message>
      <source>Sheet to be signed and stamped</source>
      <translation>盖章报表</translation>
    </message>
    <message>
      <source>Sheet to be signed and stamped, A3…</source>
      <translation>盖章报表（A3）…</translation>
    </message>
    <message>
      <source>Sheet to be signed and stamped, A4…</source>
      <translation>盖章报表（A4）…</translation>
    </message>
    <message>
      <source>Show and change the rules…</source>
      <translation>查看和修改规则…</translation>
    </message>
    <message>
      <source>Show both layers without looking for changes</source>
      <translation>不比对，只并列显示两个图层</translation>
    </message>
    <message>
      <source>Show on the map</source>
      <translation>在地图上显示</translation>
    </message>
    <message>
      <source>Show only these projects; click again for all</source>
      <translation>只看这一类项目，再次单击看全部</translation>
    </message>
    <message>
      <source>Show passed items, too</source>
      <translation>同时显示通过项</translation>
    </message>
    <message>
      <source>Show the fields that are the same</source>
      <translation>显示相同的字段</translation>
    </message>
    <message>
      <source>Show…</source>
      <translation>查看…</translation>
    </message>
    <message>
      <source>Side by side</source>
      <translation>左右并列</translation>
    </message>
    <message>
      <source>Sign {0}, round {1}</source>
      <translation>签署“{0}”第{1}轮</translation>
    </message>
    <message>
      <source>Signed</source>
      <translation>签署</translation>
    </message>
    <message>
      <source>Signed by</source>
      <translation>签署人</translation>
    </message>
    <message>
      <source>Signed by {0}: no longer changes.</source>
      <translation>已由{0}签署，不再变动。</translation>
    </message>
    <message>
      <source>Signing key</source>
      <translation>签名密钥</translation>
    </message>
    <message>
      <source>Signing key of the county</source>
      <translation>本县签名密钥</translation>
    </message>
    <message>
      <source>Sign…</source>
      <translation>签署…</translation>
    </message>
    <message>
      <source>Site</source>
      <translation>地块</translation>
    </message>
    <message>
      <source>Site criteria</source>
      <translation>选址条件</translation>
    </message>
    <message>
      <source>Site selection</source>
      <translation>选址分析</translation>
    </message>
    <message>
      <source>Sites</source>
      <translation>推荐地块</translation>
    </message>
    <message>
      <source>Siting</source>
      <translation>选址</translation>
    </message>
    <message>
      <source>Skyline picture</source>
      <translation>天际线图片</translation>
    </message>
    <message>
      <source>Slightly behind</source>
      <translation>略落后</translation>
    </message>
    <message>
      <source>Sliver</source>
      <translation>碎图斑</translation>
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
      <source>Slivers</source>
      <translation>碎图斑数</translation>
    </message>
    <message>
      <source>Slivers are smaller than [m²]</source>
      <translation>碎图斑界限 [m²]</translation>
    </message>
    <message>
      <source>Slivers count from a sum of [m²]</source>
      <translation>碎图斑合计达到即计 [m²]</translation>
    </message>
    <message>
      <source>Slivers too</source>
      <translation>含碎图斑</translation>
    </message>
    <message>
      <source>Slope</source>
      <translation>坡度</translation>
    </message>
    <message>
      <source>Slope inside a range is taken from the raster of this name</source>
      <translation>范围内的坡度取自这个名字的栅格</translation>
    </message>
    <message>
      <source>Slope: mean {0}° ({1} %), steepest {2}°</source>
      <translation>坡度：平均 {0}°（{1}%），最大 {2}°</translation>
    </message>
    <message>
      <source>Slope: not evaluated ({0})</source>
      <translation>坡度：未评价（{0}）</translation>
    </message>
    <message>
      <source>Smaller overlaps are listed as slivers and break no rule by themselves</source>
      <translation>更小的重叠列为碎图斑，单块不作为冲突</translation>
    </message>
    <message>
      <source>Some tools are off ({0}): the Python library {1} is missing. See menu One Map &gt; Check the installation.</source>
      <translation>部分工具停用（{0}）：缺少 Python 组件 {1}，见菜单“一张图 &gt; 安装检查”。</translation>
    </message>
    <message>
      <source>Source</source>
      <translation>来源</translation>
    </message>
    <message>
      <source>Sources</source>
      <translation>来源</translation>
    </message>
    <message>
      <source>Sources of control lines</source>
      <translation>控制线来源</translation>
    </message>
    <message>
      <source>Sources of control lines…</source>
      <translation>控制线来源…</translation>
    </message>
    <message>
      <source>Specification</source>
      <translation>规范</translation>
    </message>
    <message>
      <source>Specification (file or built-in name)</source>
      <translation>规范（文件或内置名称）</translation>
    </message>
    <message>
      <source>Specification of the target fields (file or built-in name)</source>
      <translation>目标字段的规范（文件或内置名称）</translation>
    </message>
    <message>
      <source>Specification to take titles and lists from</source>
      <translation>参照的规范（名称和字典取自它）</translation>
    </message>
    <message>
      <source>Specification: {0}</source>
      <translation>规范：{0}</translation>
    </message>
    <message>
      <source>Stage</source>
      <translation>阶段</translation>
    </message>
    <message>
      <source>Stage before</source>
      <translation>原阶段</translation>
    </message>
    <message>
      <source>Stage: &lt;b&gt;{0}&lt;/b&gt;; area {1} mu, counted {2} mu</source>
      <translation>阶段：&lt;b&gt;{0}&lt;/b&gt;；面积 {1} 亩，计入 {2} 亩</translation>
    </message>
    <message>
      <source>Stages</source>
      <translation>阶段</translation>
    </message>
    <message>
      <source>Stages and how long they take</source>
      <translation>阶段与用时</translation>
    </message>
    <message>
      <source>Stages are numbers from 1 to 7, such as 1-4,6; not {0}</source>
      <translation>阶段是 1 到 7 的数字，如 1-4,6；不是“{0}”</translation>
    </message>
    <message>
      <source>Stalled</source>
      <translation>停滞</translation>
    </message>
    <message>
      <source>Stalled: no progress for {0} days</source>
      <translation>停滞：已 {0} 天没有阶段变动</translation>
    </message>
    <message>
      <source>Standing</source>
      <translation>状态</translation>
    </message>
    <message>
      <source>Start</source>
      <translation>开始</translation>
    </message>
    <message>
      <source>Start a review</source>
      <translation>发起审查</translation>
    </message>
    <message>
      <source>Start a review…</source>
      <translation>发起审查…</translation>
    </message>
    <message>
      <source>Start the check</source>
      <translation>开始审查</translation>
    </message>
    <message>
      <source>State</source>
      <translation>状态</translation>
    </message>
    <message>
      <source>State (as written)</source>
      <translation>状态（原文）</translation>
    </message>
    <message>
      <source>State of each division</source>
      <translation>各县区状态</translation>
    </message>
    <message>
      <source>State of the table</source>
      <translation>上报状态</translation>
    </message>
    <message>
      <source>State of use</source>
      <translation>使用状况</translation>
    </message>
    <message>
      <source>Stated area (m²)</source>
      <translation>填写面积（平方米）</translation>
    </message>
    <message>
      <source>Statistic</source>
      <translation>统计量</translation>
    </message>
    <message>
      <source>Statistics</source>
      <translation>统计表</translation>
    </message>
    <message>
      <source>Statistics asked for</source>
      <translation>统计指标</translation>
    </message>
    <message>
      <source>Status</source>
      <translation>状态</translation>
    </message>
    <message>
      <source>Status after</source>
      <translation>后状态</translation>
    </message>
    <message>
      <source>Status before</source>
      <translation>前状态</translation>
    </message>
    <message>
      <source>Statutory area</source>
      <translation>法定椭球面积</translation>
    </message>
    <message>
      <source>Statutory area (m²)</source>
      <translation>法定椭球面积（平方米）</translation>
    </message>
    <message>
      <source>Steps</source>
      <translation>分级</translation>
    </message>
    <message>
      <source>Still missing. After one of the three ways, press Try again.</source>
      <translation>仍有缺少。用三种办法之一补齐后，再按“重新检查”。</translation>
    </message>
    <message>
      <source>Still open</source>
      <translation>待处理</translation>
    </message>
    <message>
      <source>Still open (mu)</source>
      <translation>未完成（亩）</translation>
    </message>
    <message>
      <source>Still to be chosen: {0}</source>
      <translation>还有 {0} 项未选择。</translation>
    </message>
    <message>
      <source>Stop</source>
      <translation>停止</translation>
    </message>
    <message>
      <source>Stopped: {0}. Nothing is lost; the next sync continues from here.</source>
      <translation>已停止：{0}。数据没有丢失，下次同步从此处继续。</translation>
    </message>
    <message>
      <source>Stopped; nothing was saved.</source>
      <translation>已停止，没有留下结果。</translation>
    </message>
    <message>
      <source>Stopping…</source>
      <translation>正在停止…</translation>
    </message>
    <message>
      <source>Store of the county's layers (made where it is new)</source>
      <translation>县级图层库（不存在则新建）</translation>
    </message>
    <message>
      <source>Structure</source>
      <translation>结构符合性</translation>
    </message>
    <message>
      <source>Submission</source>
      <translation>成果包</translation>
    </message>
    <message>
      <source>Submit the {0} that pass…</source>
      <translation>提交通过的 {0} 条…</translation>
    </message>
    <message>
      <source>Submitted</source>
      <translation>已提交</translation>
    </message>
    <message>
      <source>Submitted and approved</source>
      <translation>已提交和已批准</translation>
    </message>
    <message>
      <source>Submitted records, left unchanged</source>
      <translation>未改动的已提交记录</translation>
    </message>
    <message>
      <source>Submitted, left unchanged</source>
      <translation>已提交，不改动</translation>
    </message>
    <message>
      <source>Sum</source>
      <translation>合计</translation>
    </message>
    <message>
      <source>Summary by building</source>
      <translation>逐栋汇总</translation>
    </message>
    <message>
      <source>Summary of counties</source>
      <translation>县区指标汇总</translation>
    </message>
    <message>
      <source>Summary of the projects</source>
      <translation>项目汇总</translation>
    </message>
    <message>
      <source>Supporting file</source>
      <translation>佐证附件</translation>
    </message>
    <message>
      <source>Supporting file…</source>
      <translation>佐证附件…</translation>
    </message>
    <message>
      <source>Swipe</source>
      <translation>卷帘</translation>
    </message>
    <message>
      <source>Switched off</source>
      <translation>已停用</translation>
    </message>
    <message>
      <source>Sync</source>
      <translation>同步</translation>
    </message>
    <message>
      <source>Sync with the platform</source>
      <translation>与平台同步</translation>
    </message>
    <message>
      <source>Synchronise</source>
      <translation>同步</translation>
    </message>
    <message>
      <source>Synchronise ({0} to send)</source>
      <translation>同步（{0} 条待发送）</translation>
    </message>
    <message>
      <source>Synchronise by itself while the workspace is open</source>
      <translation>工作空间打开时自动同步</translation>
    </message>
    <message>
      <source>Synchronises by itself every {0} minutes</source>
      <translation>每 {0} 分钟自动同步</translation>
    </message>
    <message>
      <source>Synchronising with the platform</source>
      <translation>与平台同步</translation>
    </message>
    <message>
      <source>TXT file</source>
      <translation>TXT 文件</translation>
    </message>
    <message>
      <source>Table of baselines and targets</source>
      <translation>基期与目标表</translation>
    </message>
    <message>
      <source>Table of classes</source>
      <translation>分值表</translation>
    </message>
    <message>
      <source>Table of firms</source>
      <translation>企业表</translation>
    </message>
    <message>
      <source>Table of leases</source>
      <translation>租赁表</translation>
    </message>
    <message>
      <source>Table of statistics</source>
      <translation>统计表</translation>
    </message>
    <message>
      <source>Table of tasks</source>
      <translation>任务表</translation>
    </message>
    <message>
      <source>Table of taxes</source>
      <translation>税收产出表</translation>
    </message>
    <message>
      <source>Tables</source>
      <translation>统计与目标</translation>
    </message>
    <message>
      <source>Tables (*.xlsx *.xlsm *.et *.csv *.txt *.xls)</source>
      <translation>表格 (*.xlsx *.xlsm *.et *.csv *.txt *.xls)</translation>
    </message>
    <message>
      <source>Take</source>
      <translation>取用</translation>
    </message>
    <message>
      <source>Take away</source>
      <translation>移除</translation>
    </message>
    <message>
      <source>Take over</source>
      <translation>应用</translation>
    </message>
    <message>
      <source>Take the platform's</source>
      <translation>采用平台</translation>
    </message>
    <message>
      <source>Take the platform's older version</source>
      <translation>采用平台的旧版本</translation>
    </message>
    <message>
      <source>Take what is selected on the map</source>
      <translation>取地图选中要素</translation>
    </message>
    <message>
      <source>Takes in the receipt bag with which the platform answers a courier bag: numbers, findings, returned and changed records. A bag that is altered, cut short, of another county or out of order is refused; one taken in before changes nothing.
Example: ONEMAP_BAG_KEY=... tools/process run onemap:unpackbag --WORKSPACE=county.gpkg --BAG=receipt.zip</source>
      <translation>收进平台对离线汇交包的回执包：编号、问题图斑、退回和变更的记录。被改动、不完整、属于其他县或次序不对的包拒绝接收；已收过的包不再产生任何变化。
示例：ONEMAP_BAG_KEY=... tools/process run onemap:unpackbag --WORKSPACE=county.gpkg --BAG=receipt.zip</translation>
    </message>
    <message>
      <source>Takes in what changed at the platform since the last pull: control lines, dictionaries, form schemas, numbers, findings of the machine review and returned records. The first pull loads everything; an interrupted download goes on where it was.
Example: ONEMAP_TOKEN=... tools/process run onemap:pull --WORKSPACE=county.gpkg --PLATFORM=https://platform.example</source>
      <translation>收进平台自上次拉取以来的变化：控制线、字典、表单结构、编号、机审问题图斑和退回的记录。首次拉取为全量，下载中断后可续传。
示例：ONEMAP_TOKEN=... tools/process run onemap:pull --WORKSPACE=county.gpkg --PLATFORM=https://platform.example</translation>
    </message>
    <message>
      <source>Takes layers into a GeoPackage that keeps every version of them: checks, staging, one transaction. Rows that are alike stay, the others are kept in &lt;layer&gt;_history; each version says who, when, from what file (SHA-256) and why. CHECKS lists every check; where one refuses, nothing at all is taken in. An empty layer is never taken for a deletion; INSIST answers for missing fields, keys that stand twice and layers that lose more than half. NAMES (JSON) gives layers another name: {"layer": "YJJBNT"}. With SPEC (a level or a YAML file, as inspectpackage has it) the rigid items of its inspection, grade A of stages 1 to 5, refuse a layer as well; what of them could not be inspected is told. With WORKSPACE, review cases and submitted projects that rest on a changed layer are listed and marked. Bring a version back with restorelayer.
POSTGIS, a PostgreSQL connection of QGIS, brings the present state to tables of that database as well, all layers or none; tables that this program did not make are never touched.
Example: tools/process run onemap:ingestlayers --LAYERS=2026.gdb|layername=YJJBNT --STORE=county_layers.gpkg --NOTE=2026 --WORKSPACE=county.gpkg --CHECKS=checks.gpkg --VERSIONS=versions.gpkg</source>
      <translation>将图层存入保留全部版本的 GeoPackage：检查、暂存、一次事务写入。相同的行不动，其余移入“图层_history”；每版记录操作人、时间、来源文件（SHA-256）和说明。CHECKS 列出全部检查；有一项拒绝则全部不入库。空图层不作为删除；缺字段、标识码重复、要素减半可用 INSIST 确认。NAMES（JSON）为图层另取名称：{"layer": "YJJBNT"}。给出 SPEC（规范级别或 YAML 文件，同 inspectpackage）时，规范第 1–5 阶段的刚性项（A 级）不通过也不入库，未能检查的刚性项会说明。给出 WORKSPACE 时，列出并标记依据已变图层的审查件和已提交项目。用 restorelayer 恢复版本。
POSTGIS 为 QGIS 中 PostgreSQL 连接的名称：现行状态同时写入该数据库的表，全部写入或全部不写；不是本软件建立的表不动。
示例：tools/process run onemap:ingestlayers --LAYERS=2026.gdb|layername=YJJBNT --STORE=county_layers.gpkg --NOTE=2026 --WORKSPACE=county.gpkg --CHECKS=checks.gpkg --VERSIONS=versions.gpkg</translation>
    </message>
    <message>
      <source>Takes layers into a GeoPackage that keeps every version; all of them or none.</source>
      <translation>把图层存入保留全部版本的县级图层库（GeoPackage），要么全部入库，要么都不入库。</translation>
    </message>
    <message>
      <source>Target</source>
      <translation>目标值</translation>
    </message>
    <message>
      <source>Target holds</source>
      <translation>目标要求</translation>
    </message>
    <message>
      <source>Target year</source>
      <translation>目标年</translation>
    </message>
    <message>
      <source>Target {0}: {1}</source>
      <translation>{0} 年目标 {1}</translation>
    </message>
    <message>
      <source>Targets (year=value)</source>
      <translation>目标（年份=数值）</translation>
    </message>
    <message>
      <source>Targets of views</source>
      <translation>视线目标</translation>
    </message>
    <message>
      <source>Task (mu)</source>
      <translation>任务（亩）</translation>
    </message>
    <message>
      <source>Task year</source>
      <translation>任务年度</translation>
    </message>
    <message>
      <source>Tasks and progress</source>
      <translation>任务与进展</translation>
    </message>
    <message>
      <source>Tasks and what is done (mu)</source>
      <translation>任务与完成（亩）</translation>
    </message>
    <message>
      <source>Tasks…</source>
      <translation>任务表…</translation>
    </message>
    <message>
      <source>Tax (10,000 yuan)</source>
      <translation>税收（万元）</translation>
    </message>
    <message>
      <source>Tax a mu (10,000 yuan)</source>
      <translation>亩均税收（万元/亩）</translation>
    </message>
    <message>
      <source>Tax a mu (10,000 yuan) by tenths of the parcels, the highest first</source>
      <translation>地块按亩均税收由高到低分十档，各档亩均税收（万元/亩）</translation>
    </message>
    <message>
      <source>Tax a mu as stated (unit unknown)</source>
      <translation>填报亩均税收（单位不详）</translation>
    </message>
    <message>
      <source>Tax a mu of the contract (unit unknown)</source>
      <translation>约定亩均税收（单位不详）</translation>
    </message>
    <message>
      <source>Tax a mu, year before</source>
      <translation>上年亩均税收（万元/亩）</translation>
    </message>
    <message>
      <source>Tax row without a firm</source>
      <translation>税收行无企业</translation>
    </message>
    <message>
      <source>Telephone</source>
      <translation>联系电话</translation>
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
      <source>Template workbook</source>
      <translation>模板工作簿</translation>
    </message>
    <message>
      <source>Terrain (DEM)</source>
      <translation>地形（DEM）</translation>
    </message>
    <message>
      <source>Test</source>
      <translation>测试</translation>
    </message>
    <message>
      <source>Test address and login</source>
      <translation>测试地址和登录</translation>
    </message>
    <message>
      <source>Testing the platform</source>
      <translation>测试平台</translation>
    </message>
    <message>
      <source>Text (Char)</source>
      <translation>文本（Char）</translation>
    </message>
    <message>
      <source>Text of the file</source>
      <translation>文件原文</translation>
    </message>
    <message>
      <source>Texts for choices</source>
      <translation>取值对应</translation>
    </message>
    <message>
      <source>Texts for choices ({0})</source>
      <translation>取值对应（{0}）</translation>
    </message>
    <message>
      <source>The address begins with http: login and records are sent unencrypted. Ask for an https address.</source>
      <translation>地址以 http 开头，登录凭据和记录在传输中未加密，请向平台索取 https 地址。</translation>
    </message>
    <message>
      <source>The address changes from {0} to {1}.

Is it the same platform, which only moved? If it is another platform (a test platform, another province's), answer No: what the former one acknowledged is then not taken for granted.</source>
      <translation>平台地址由 {0} 改为 {1}。

是同一平台更换了地址吗？如果是另一个平台（测试平台、其他省的平台等），请选“否”：原平台已确认的内容对新平台不作数。</translation>
    </message>
    <message>
      <source>The address comes from the provincial platform's office. Passwords and tokens are stored by QGIS only.</source>
      <translation>平台地址由省级平台管理单位提供。密码和令牌只保存在 QGIS 认证管理器中。</translation>
    </message>
    <message>
      <source>The area that the control lines were delivered for: what of a project lies outside is “not checked”</source>
      <translation>控制线数据所覆盖的范围：项目超出该范围的部分按“未检查”处理</translation>
    </message>
    <message>
      <source>The audit chain or a round does not match its hashes: the report says so.</source>
      <translation>审计链或轮次内容与链上记录不一致，报告中已注明。</translation>
    </message>
    <message>
      <source>The buildings are styled for the 3D view. No viewpoint with a level is given, so no camera was saved.</source>
      <translation>建筑图层已设置三维样式。没有带标高的视点，未保存相机。</translation>
    </message>
    <message>
      <source>The chain is broken at row {0}: {1}</source>
      <translation>审计链在第{0}行断开：{1}</translation>
    </message>
    <message>
      <source>The chain of {0} rows is intact.</source>
      <translation>审计链共{0}行，完整无缺。</translation>
    </message>
    <message>
      <source>The check could not be prepared.</source>
      <translation>审查未能开始。</translation>
    </message>
    <message>
      <source>The check ended with an error; see the log.</source>
      <translation>审查出错，详见日志。</translation>
    </message>
    <message>
      <source>The computer's clock was set back before these rows (the chain does not depend on it): {0}</source>
      <translation>下列行写入前计算机时钟曾被调回（不影响审计链）：{0}</translation>
    </message>
    <message>
      <source>The connection to {0} is not encrypted (http).</source>
      <translation>到 {0} 的连接未加密（http）。</translation>
    </message>
    <message>
      <source>The control line that this layer contains</source>
      <translation>这个图层是哪条控制线</translation>
    </message>
    <message>
      <source>The county's own records, their numbers and returns always come.</source>
      <translation>本县的填报记录及其编号、退回意见始终会拉取。</translation>
    </message>
    <message>
      <source>The criteria have no scored factor.</source>
      <translation>该选址条件没有评分因子。</translation>
    </message>
    <message>
      <source>The criteria in use were changed and not saved. Discard the changes?</source>
      <translation>当前选址条件已修改但尚未保存。放弃修改吗？</translation>
    </message>
    <message>
      <source>The criteria were changed and not saved. They are used as they stand until QGIS is closed. Save them now?</source>
      <translation>选址条件已修改但尚未保存，关闭 QGIS 前按当前内容使用。现在保存吗？</translation>
    </message>
    <message>
      <source>The deletion goes back into the outbox; the next sync deletes the record on the platform.</source>
      <translation>删除操作重新排入待发送，下次同步时在平台上删除该记录。</translation>
    </message>
    <message>
      <source>The field that identifies the projects; empty: their number in the layer</source>
      <translation>用来区分项目的字段；留空则用要素序号</translation>
    </message>
    <message>
      <source>The file is not a form edition: {0}</source>
      <translation>该文件不是表单结构文件：{0}</translation>
    </message>
    <message>
      <source>The file names no coordinate system. Choose one in CRS.</source>
      <translation>文件未注明坐标系，请在 CRS 中选择。</translation>
    </message>
    <message>
      <source>The first {0} are shown.</source>
      <translation>仅显示前 {0} 个。</translation>
    </message>
    <message>
      <source>The folder for the results cannot be made: {0} ({1}). Choose another one.</source>
      <translation>无法新建结果文件夹 {0}（{1}），请另选一个。</translation>
    </message>
    <message>
      <source>The formula and its unit fit.</source>
      <translation>公式与单位相符。</translation>
    </message>
    <message>
      <source>The geometry was taken from the map.</source>
      <translation>已从地图取得图形。</translation>
    </message>
    <message>
      <source>The greatest height above the ground that height zones, views, obstacle surfaces of an airport and parcels allow in each cell of AREA: the lowest of all limits that reach the cell.
HEIGHTS is a raster: band 1 metres, band 2 the number of the limit that binds. BINDING holds the land of each binding limit with its clause, CONTOURS lines of equal height. Where a limit cannot be told, or the ground for a limit that is a level, the height is not known and the cell is empty. REPORT says it in words, with the share of each limit and a map.
Example: tools/process run onemap:allowedheight --AREA=parcel.gpkg --ZONES=town.gpkg|layername=ZXCQJZGDFQ --VIEWPOINTS=town.gpkg|layername=SD --TARGETS=town.gpkg|layername=SXMB --DEM=dem.tif --HEIGHTS=allowed.tif --BINDING=binding.gpkg</source>
      <translation>给出 AREA 内每个格网单元离地面最多可建多高：取高度分区、视线通廊、机场障碍物限制面、地块条件中最低者。
HEIGHTS 为栅格：第 1 波段为米数，第 2 波段为起控制作用的限制的序号。BINDING 为各起控制作用限制的范围及条文，CONTOURS 为等值线。限制无法确定，或绝对标高类限制没有地面标高时，高度未知，单元为空。REPORT 用文字写明结论、各项要求的占比，附图。
示例：tools/process run onemap:allowedheight --AREA=parcel.gpkg --ZONES=town.gpkg|layername=ZXCQJZGDFQ --VIEWPOINTS=town.gpkg|layername=SD --TARGETS=town.gpkg|layername=SXMB --DEM=dem.tif --HEIGHTS=allowed.tif --BINDING=binding.gpkg</translation>
    </message>
    <message>
      <source>The greatest height allowed here</source>
      <translation>此处允许的最大高度</translation>
    </message>
    <message>
      <source>The layer whose polygons are checked</source>
      <translation>要审查的项目用地面图层</translation>
    </message>
    <message>
      <source>The layers have no parcels.</source>
      <translation>图层中没有地块。</translation>
    </message>
    <message>
      <source>The login is for county {0}, the workspace for {1}.</source>
      <translation>登录凭据属于 {0}，工作空间属于 {1}。</translation>
    </message>
    <message>
      <source>The login is for this county.</source>
      <translation>登录凭据属于本县。</translation>
    </message>
    <message>
      <source>The mapping could not be written: {0}</source>
      <translation>对应方案无法写入：{0}</translation>
    </message>
    <message>
      <source>The matrix does not close for: {0}</source>
      <translation>转移矩阵在以下地类不闭合：{0}</translation>
    </message>
    <message>
      <source>The nearest road of a range is searched in the layer of this name</source>
      <translation>范围到最近道路的距离取自这个名字的图层</translation>
    </message>
    <message>
      <source>The open workspace</source>
      <translation>当前打开的工作空间</translation>
    </message>
    <message>
      <source>The platform answers and accepts the login; it shows {0} collections.</source>
      <translation>平台应答正常，登录有效，可见 {0} 个集合。</translation>
    </message>
    <message>
      <source>The platform does not show {0} items that this workspace has. Nothing was removed. Choose for each line what is to happen; what is left at “Decide later” stays as it is and is asked about again.</source>
      <translation>本工作空间中有 {0} 条数据在平台上查不到，均未删除。请逐行选择如何处理；选“以后再定”的保持不变，下次再询问。</translation>
    </message>
    <message>
      <source>The platform has everything that this workspace has of it.</source>
      <translation>本工作空间中来自平台的数据，平台上都有。</translation>
    </message>
    <message>
      <source>The platform has more changes than were read; the numbers are a lower bound.</source>
      <translation>平台的变更超出查看范围，实际数量不少于所列。</translation>
    </message>
    <message>
      <source>The platform's</source>
      <translation>平台</translation>
    </message>
    <message>
      <source>The platform's (only it changed this)</source>
      <translation>平台（只有平台改过）</translation>
    </message>
    <message>
      <source>The platform's in every conflict</source>
      <translation>冲突字段全部用平台</translation>
    </message>
    <message>
      <source>The record as shown goes back into the outbox; the next sync sends it. The audit chain notes your decision.</source>
      <translation>记录按“结果”一列重新排入待发送，下次同步时发送。审计链会记下您的裁定。</translation>
    </message>
    <message>
      <source>The record goes back into the outbox; the next sync creates it on the platform again.</source>
      <translation>记录重新排入待发送，下次同步时在平台上重新建立。</translation>
    </message>
    <message>
      <source>The record is deleted here; your change is not sent. The audit chain keeps the former values.</source>
      <translation>本地记录将被删除，您的修改不再发送。审计链保留其内容。</translation>
    </message>
    <message>
      <source>The record is replaced by the platform's version; your change is not sent. The audit chain keeps the former values.</source>
      <translation>本地记录改为与平台一致，您的修改不再发送。审计链保留修改前的内容。</translation>
    </message>
    <message>
      <source>The reminder was copied: paste it into a message.</source>
      <translation>催报文字已复制，可直接粘贴发送。</translation>
    </message>
    <message>
      <source>The report is in {0}</source>
      <translation>报告已写入 {0}</translation>
    </message>
    <message>
      <source>The rule is in use</source>
      <translation>启用本规则</translation>
    </message>
    <message>
      <source>The run was not kept as a round: {0}</source>
      <translation>本次运行未固化为轮次：{0}</translation>
    </message>
    <message>
      <source>The same check with every parameter: rule file, date, sliver area</source>
      <translation>用完整参数做同样的审查：规则文件、审查日期、碎图斑面积等</translation>
    </message>
    <message>
      <source>The same comparison with every parameter: divisions, matrix, report</source>
      <translation>同一比对的全部参数：行政区、转移矩阵、报告</translation>
    </message>
    <message>
      <source>The same import with every parameter: names, key, specification, workspace</source>
      <translation>同一入库的全部参数：名称、标识字段、规范、工作空间</translation>
    </message>
    <message>
      <source>The sample county is in {0}</source>
      <translation>样例县已存放在 {0}</translation>
    </message>
    <message>
      <source>The saved thresholds cannot be read and were ignored: {0}</source>
      <translation>已保存的阈值无法读取，未采用：{0}</translation>
    </message>
    <message>
      <source>The sites of each scenario are measured by the criteria of the others…</source>
      <translation>正在按各情景的条件核对其他情景的地块……</translation>
    </message>
    <message>
      <source>The total is the sum of its parts</source>
      <translation>全域等于各政区之和</translation>
    </message>
    <message>
      <source>The weekly report was saved: {0}</source>
      <translation>周报已保存：{0}</translation>
    </message>
    <message>
      <source>The whole plugin</source>
      <translation>整个插件</translation>
    </message>
    <message>
      <source>The workspace is open for reading only: nothing can be sent or received.</source>
      <translation>工作空间以只读方式打开，不能收发。</translation>
    </message>
    <message>
      <source>Their parcels are shown beside the projects: how many, how much is still open, what is overdue.</source>
      <translation>图层中的地块与项目一并显示：数量、未完成的面积和逾期情况。</translation>
    </message>
    <message>
      <source>Then run a check: page Review, Check, Start the check. It appears here as round 1.</source>
      <translation>请在“审查”页按“开始审查”。审查结果在这里成为第 1 轮。</translation>
    </message>
    <message>
      <source>There are no projects of this year.</source>
      <translation>没有本年度项目。</translation>
    </message>
    <message>
      <source>There are no records yet: press New, or Excel to take them from a table.</source>
      <translation>还没有记录。按“新增”填写一条，或按“Excel”从表格导入。</translation>
    </message>
    <message>
      <source>There are no records yet; the workspace is open for reading only.</source>
      <translation>还没有记录。工作空间以只读方式打开，不能填写。</translation>
    </message>
    <message>
      <source>There is no earlier record with the same key.</source>
      <translation>没有可沿用的往期记录。</translation>
    </message>
    <message>
      <source>There is no objection to a site here.</source>
      <translation>此处没有不可选址的理由。</translation>
    </message>
    <message>
      <source>There is nothing to check yet.</source>
      <translation>还没有可以审查的图层。</translation>
    </message>
    <message>
      <source>There is nothing to do: both sides are the same.</source>
      <translation>两边一致，无须同步。</translation>
    </message>
    <message>
      <source>There is nothing to roll up: choose another period, or All, drafts too, or submit records first.</source>
      <translation>没有可汇总的记录。请换一个填报期，或选“全部（含草稿）”，或先提交记录。</translation>
    </message>
    <message>
      <source>These files contain no layer that QGIS can open.</source>
      <translation>这些文件中没有 QGIS 能打开的图层。</translation>
    </message>
    <message>
      <source>This QGIS is built without 3D: only bookmarks of the viewpoints were kept ({0}).</source>
      <translation>此 QGIS 没有三维功能，只保存了视点书签（{0} 个）。</translation>
    </message>
    <message>
      <source>This login is for another county: {0}. Choose another login.</source>
      <translation>该登录凭据属于其他县（{0}），请更换登录凭据。</translation>
    </message>
    <message>
      <source>This page needs the Python library {0}. See menu One Map &gt; Check the installation.</source>
      <translation>这一页需要 Python 组件 {0}，见菜单“一张图 &gt; 安装检查”。</translation>
    </message>
    <message>
      <source>This place lies where the layer's coordinate system does not reach.</source>
      <translation>此处超出该图层坐标系的适用范围。</translation>
    </message>
    <message>
      <source>This run wrote no report</source>
      <translation>这次审查没有输出报告</translation>
    </message>
    <message>
      <source>This version does not do this yet.</source>
      <translation>当前版本尚不支持此功能。</translation>
    </message>
    <message>
      <source>This week</source>
      <translation>本周动态</translation>
    </message>
    <message>
      <source>Three ways to get them</source>
      <translation>三种补齐办法</translation>
    </message>
    <message>
      <source>Threshold</source>
      <translation>阈值</translation>
    </message>
    <message>
      <source>Thresholds…</source>
      <translation>预警阈值…</translation>
    </message>
    <message>
      <source>Tick at least one layer and choose the county's store first</source>
      <translation>请先勾选至少一个图层，并选择县级图层库</translation>
    </message>
    <message>
      <source>Ties firms to parcels by owner (credit code with its check, then name) and lease, by address, by place; shares their taxes and output by the land they use, to the cent; gives per-mu results, scores and grades by a scheme, and a list of parcels that may be low-efficiency land with the reasons. What did not match is listed with its taxes. A parcel without a known firm is unknown, never zero.
FIRMS: credit code, name, address, x, y, industry, scale (规上/规下). TAX: credit code, name, year, tax and other measures; heads may name 元 or 万元. LEASES: parcel, tenant, area, days. Schemes and rules are data under resources/monitoring, with their confidence. Names and codes of firms are masked in all outputs while MASK is on; none is ever written to the log.
Example: tools/process run onemap:landfirmtax --PARCELS=county.gpkg|layername=GYDK --FIRMS=firms.xlsx --TAX=tax.xlsx --LEASES=leases.xlsx --PARCEL_RESULTS=parcels.gpkg --CANDIDATES=candidates.gpkg --REPORT=land.docx</source>
      <translation>把企业与地块依次按权利人（信用代码校验后匹配，其次名称）和租赁、地址、位置匹配；税收和产出按用地面积分摊到地块，合计一致到分；给出亩均结果、按方案评分分级，以及低效用地候选地块及理由。未匹配的连同税额列出。没有匹配到企业的地块记为未知，不当作零。
FIRMS：统一社会信用代码、企业名称、地址、坐标、行业、规模（规上/规下）。TAX：信用代码、企业名称、年度、税收等；列名可写元或万元。LEASES：宗地编号、承租人、面积、起止日期。方案和规则是 resources/monitoring 下的数据，注明可信度。MASK 选中时全部输出遮蔽企业名称和代码；日志中从不写入。
示例：tools/process run onemap:landfirmtax --PARCELS=county.gpkg|layername=GYDK --FIRMS=firms.xlsx --TAX=tax.xlsx --LEASES=leases.xlsx --PARCEL_RESULTS=parcels.gpkg --CANDIDATES=candidates.gpkg --REPORT=land.docx</translation>
    </message>
    <message>
      <source>Time</source>
      <translation>时间</translation>
    </message>
    <message>
      <source>Time elapsed (%)</source>
      <translation>时间已过（%）</translation>
    </message>
    <message>
      <source>Title</source>
      <translation>标题</translation>
    </message>
    <message>
      <source>Title of the report</source>
      <translation>报告标题</translation>
    </message>
    <message>
      <source>To be decided</source>
      <translation>待确认</translation>
    </message>
    <message>
      <source>Token from the platform's office</source>
      <translation>平台发放的令牌</translation>
    </message>
    <message>
      <source>Token set on this computer</source>
      <translation>本机已设置的令牌</translation>
    </message>
    <message>
      <source>Tolerance</source>
      <translation>容差</translation>
    </message>
    <message>
      <source>Tolerance [m]</source>
      <translation>容差 [m]</translation>
    </message>
    <message>
      <source>Tolerance [m²]</source>
      <translation>容差（平方米）</translation>
    </message>
    <message>
      <source>Tolerance of one piece [m²]</source>
      <translation>单块容差 [m²]</translation>
    </message>
    <message>
      <source>Tolerances</source>
      <translation>容差</translation>
    </message>
    <message>
      <source>Tolerances of this run (Q509=0.01, Q601=1)</source>
      <translation>本次运行的容差（Q509=0.01, Q601=1）</translation>
    </message>
    <message>
      <source>Tools</source>
      <translation>工具</translation>
    </message>
    <message>
      <source>Top five %</source>
      <translation>前五 %</translation>
    </message>
    <message>
      <source>Total</source>
      <translation>合计</translation>
    </message>
    <message>
      <source>Totals and means</source>
      <translation>汇总</translation>
    </message>
    <message>
      <source>Town</source>
      <translation>乡镇</translation>
    </message>
    <message>
      <source>Township plan</source>
      <translation>乡镇级规划</translation>
    </message>
    <message>
      <source>Transfer matrix</source>
      <translation>地类转移矩阵</translation>
    </message>
    <message>
      <source>Transferred in (m²)</source>
      <translation>调入（m²）</translation>
    </message>
    <message>
      <source>Transferred out (m²)</source>
      <translation>调出（m²）</translation>
    </message>
    <message>
      <source>Trials here change neither the criteria nor the result.</source>
      <translation>此处试算不改变条件文件和选址结果。</translation>
    </message>
    <message>
      <source>Tried heights: {0} building(s). The report holds them.</source>
      <translation>已试调 {0} 栋建筑的高度，报告按试调后的高度。</translation>
    </message>
    <message>
      <source>Try again</source>
      <translation>重新检查</translation>
    </message>
    <message>
      <source>Try another height</source>
      <translation>试调高度</translation>
    </message>
    <message>
      <source>Try it with the sample county</source>
      <translation>用样例县试一试</translation>
    </message>
    <message>
      <source>Turned away</source>
      <translation>退回</translation>
    </message>
    <message>
      <source>Turns the closed polylines of a drawing into polygons, layer by layer: open lines are chained end to end, arcs of a DXF get steps of 0.25 degrees, a ring inside another becomes a hole, an outline drawn twice is taken once, neighbours stay apart, overlaps are reported. UNCLOSED lists what did not close, with its gap in metres. A drawing has no CRS of its own: give it with CRS.
Example: tools/process run onemap:polygonsfromlines --INPUT=plan.dxf --GROUP_FIELD=Layer --CRS=EPSG:4549 --OUTPUT=parcels.gpkg --UNCLOSED=unclosed.gpkg</source>
      <translation>将图纸中的闭合多段线按图层生成面：首尾相接的线连成一圈，DXF 圆弧按 0.25 度步长取点，圈内的圈作为洞，重复绘制的轮廓只取一次，相邻地块各自成面，重叠给出提示。UNCLOSED 列出没有闭合的线及其缺口（米）。图纸本身没有坐标系，请用 CRS 指定。
示例：tools/process run onemap:polygonsfromlines --INPUT=plan.dxf --GROUP_FIELD=Layer --CRS=EPSG:4549 --OUTPUT=parcels.gpkg --UNCLOSED=unclosed.gpkg</translation>
    </message>
    <message>
      <source>Two different persons sign a round</source>
      <translation>每轮须由两名不同人员签署</translation>
    </message>
    <message>
      <source>Two different persons sign. After the first signature the round no longer changes.</source>
      <translation>须由两名不同人员签署；第一人签署后本轮不再变动。</translation>
    </message>
    <message>
      <source>Two versions of the design</source>
      <translation>方案两个版本</translation>
    </message>
    <message>
      <source>Two vintages</source>
      <translation>两期对比</translation>
    </message>
    <message>
      <source>Two vintages: {0} and {1}</source>
      <translation>两期对比：{0} 与 {1}</translation>
    </message>
    <message>
      <source>Type</source>
      <translation>类型</translation>
    </message>
    <message>
      <source>Type or cause (as written)</source>
      <translation>类型或原因（原文）</translation>
    </message>
    <message>
      <source>Unavailable without it</source>
      <translation>缺少时停用的功能</translation>
    </message>
    <message>
      <source>Unchanged</source>
      <translation>未变</translation>
    </message>
    <message>
      <source>Unchanged control lines are kept on this computer, so that checks start at once</source>
      <translation>未变化的控制线缓存在本机，审查更快开始</translation>
    </message>
    <message>
      <source>Unchanged records</source>
      <translation>未变记录数</translation>
    </message>
    <message>
      <source>Undecided</source>
      <translation>待定图斑</translation>
    </message>
    <message>
      <source>Undo of a sync</source>
      <translation>撤销同步</translation>
    </message>
    <message>
      <source>Undo of an import</source>
      <translation>撤销导入</translation>
    </message>
    <message>
      <source>Undo the decision</source>
      <translation>撤销标记</translation>
    </message>
    <message>
      <source>Undo the last import? Records that were changed or submitted since are left unchanged.</source>
      <translation>撤销上次导入？之后又被修改或已提交的记录不受影响。</translation>
    </message>
    <message>
      <source>Undo the last import…</source>
      <translation>撤销上次导入…</translation>
    </message>
    <message>
      <source>Undo what this sync received…</source>
      <translation>撤销此次同步接收的内容…</translation>
    </message>
    <message>
      <source>Unit</source>
      <translation>单位</translation>
    </message>
    <message>
      <source>Unit after</source>
      <translation>新单位</translation>
    </message>
    <message>
      <source>Unit before</source>
      <translation>原单位</translation>
    </message>
    <message>
      <source>Unit not named</source>
      <translation>（未登记填报单位）</translation>
    </message>
    <message>
      <source>Unit of area</source>
      <translation>面积单位</translation>
    </message>
    <message>
      <source>Unmapped fields</source>
      <translation>没有去处的内容</translation>
    </message>
    <message>
      <source>Unpack a receipt bag</source>
      <translation>收回执包</translation>
    </message>
    <message>
      <source>Unsaved input was restored.</source>
      <translation>已恢复上次未保存的输入。</translation>
    </message>
    <message>
      <source>Up</source>
      <translation>上移</translation>
    </message>
    <message>
      <source>Up to and including</source>
      <translation>不大于</translation>
    </message>
    <message>
      <source>Updated</source>
      <translation>更新时间</translation>
    </message>
    <message>
      <source>Use a kept mapping…</source>
      <translation>使用已保存的对应方案…</translation>
    </message>
    <message>
      <source>Use cached control lines</source>
      <translation>使用控制线缓存</translation>
    </message>
    <message>
      <source>Use the county although no dictionary contains it</source>
      <translation>仍按此代码创建（区划字典中没有）</translation>
    </message>
    <message>
      <source>Use these proposals too</source>
      <translation>同时采纳这些建议</translation>
    </message>
    <message>
      <source>Use what was decided before where SPLITS says nothing</source>
      <translation>SPLITS 未涉及处沿用以往决定</translation>
    </message>
    <message>
      <source>Used</source>
      <translation>采用</translation>
    </message>
    <message>
      <source>Valid until</source>
      <translation>有效期至</translation>
    </message>
    <message>
      <source>Value</source>
      <translation>值</translation>
    </message>
    <message>
      <source>Values</source>
      <translation>属性正确性</translation>
    </message>
    <message>
      <source>Values expected</source>
      <translation>应收</translation>
    </message>
    <message>
      <source>Values not meant</source>
      <translation>不属于所指的取值</translation>
    </message>
    <message>
      <source>Values of the filter's fields that were looked at and are not meant; others stay unjudged.</source>
      <translation>经核对、确不属于筛选条件所指的字段取值；其余含义不明的取值不作判断。</translation>
    </message>
    <message>
      <source>Values received</source>
      <translation>收到</translation>
    </message>
    <message>
      <source>Values that do not fit</source>
      <translation>不符合的值</translation>
    </message>
    <message>
      <source>Values with ranks</source>
      <translation>指标值与名次</translation>
    </message>
    <message>
      <source>Verdicts</source>
      <translation>审查结论</translation>
    </message>
    <message>
      <source>Verified</source>
      <translation>核对情况</translation>
    </message>
    <message>
      <source>Verified (seen, memory, proposal, computed)</source>
      <translation>核对情况（seen、memory、proposal、computed）</translation>
    </message>
    <message>
      <source>Verify the audit chain</source>
      <translation>校验审计链</translation>
    </message>
    <message>
      <source>Verifying…</source>
      <translation>正在校验…</translation>
    </message>
    <message>
      <source>Version</source>
      <translation>版本</translation>
    </message>
    <message>
      <source>Version of the program</source>
      <translation>软件版本</translation>
    </message>
    <message>
      <source>Versions of the layers</source>
      <translation>图层版本</translation>
    </message>
    <message>
      <source>Vertical axis</source>
      <translation>纵轴</translation>
    </message>
    <message>
      <source>View corridors</source>
      <translation>视线通廊</translation>
    </message>
    <message>
      <source>Viewpoints</source>
      <translation>视点</translation>
    </message>
    <message>
      <source>Views</source>
      <translation>视线</translation>
    </message>
    <message>
      <source>Views of the design in 3D</source>
      <translation>方案三维视图</translation>
    </message>
    <message>
      <source>Village plan</source>
      <translation>村庄规划</translation>
    </message>
    <message>
      <source>Waiting to be sent</source>
      <translation>待发送</translation>
    </message>
    <message>
      <source>Walks the hash-linked audit rows of a workspace and compares its records with them. BROKEN_AT is the number of the first row that does not fit, 0 when the chain is whole; DIFFERING_COUNT counts records that are not what the chain says, and tasks, sources, form editions, division codes, the district and other facts of the workspace that were changed without an act. Records that another program wrote (plain QGIS, QField, SQL) are named with their fields and do not break the chain: PENDING_COUNT are those that the chain does not hold yet, OUTSIDE_COUNT the acts by which it took them in; who wrote them nobody can say.
ANCHORS is a text file with heads of the chain that was kept elsewhere (More &gt; Write an anchor of the audit chain), the log of a sync, or a courier bag or receipt (an encrypted one is opened with the county's own key): a chain that was rewritten as a whole is whole, but no longer what was anchored.
Example: tools/process run onemap:verifyaudit --WORKSPACE=county.gpkg</source>
      <translation>逐行核对工作空间的哈希审计链，并与记录比对。BROKEN_AT 为第一处不符的行号，链完整时为 0；DIFFERING_COUNT 为与审计链不一致的记录数，也包括不经操作而被改动的任务、控制线来源、表单版本、行政区代码、县域范围等工作空间内容。被其他程序（普通 QGIS、QField、SQL）改动的记录逐条列出并写明字段，不算审计链损坏：PENDING_COUNT 为审计链尚未载入的，OUTSIDE_COUNT 为已载入审计链的改动次数；是谁改的，文件本身无从知道。
ANCHORS 为另行保管的锚点文件（“更多 &gt; 写出审计链锚点”）、同步日志、离线汇交包或回执包（加密的用本县私钥打开）：整体重写过的链本身仍是完整的，但与锚点不符。
示例：tools/process run onemap:verifyaudit --WORKSPACE=county.gpkg</translation>
    </message>
    <message>
      <source>Wanted</source>
      <translation>应为</translation>
    </message>
    <message>
      <source>Warning</source>
      <translation>提醒</translation>
    </message>
    <message>
      <source>Warning rules</source>
      <translation>预警规则</translation>
    </message>
    <message>
      <source>Warning thresholds</source>
      <translation>预警阈值</translation>
    </message>
    <message>
      <source>Warnings</source>
      <translation>提醒</translation>
    </message>
    <message>
      <source>Way of disposal (as written)</source>
      <translation>处置方式（原文）</translation>
    </message>
    <message>
      <source>Weekly report</source>
      <translation>周报</translation>
    </message>
    <message>
      <source>Weekly report…</source>
      <translation>周报…</translation>
    </message>
    <message>
      <source>Weight</source>
      <translation>权重</translation>
    </message>
    <message>
      <source>Weighted mean</source>
      <translation>加权均值</translation>
    </message>
    <message>
      <source>Weights of the criteria</source>
      <translation>恢复条件文件权重</translation>
    </message>
    <message>
      <source>Weights: {0}</source>
      <translation>权重：{0}</translation>
    </message>
    <message>
      <source>What</source>
      <translation>内容</translation>
    </message>
    <message>
      <source>What changed between two states of a layer: by key, by shape, by overlap; the areas are statutory.</source>
      <translation>比较一个图层前后两期的变化：按标识码、图形、重叠识别，面积为法定椭球面积。</translation>
    </message>
    <message>
      <source>What did not match</source>
      <translation>未匹配清单</translation>
    </message>
    <message>
      <source>What each criterion removes</source>
      <translation>各条件扣除情况</translation>
    </message>
    <message>
      <source>What happens</source>
      <translation>说明</translation>
    </message>
    <message>
      <source>What is due</source>
      <translation>待报提醒</translation>
    </message>
    <message>
      <source>What is removed</source>
      <translation>扣除情况</translation>
    </message>
    <message>
      <source>What is to happen</source>
      <translation>如何处理</translation>
    </message>
    <message>
      <source>What is wrong, what is allowed</source>
      <translation>问题与允许值</translation>
    </message>
    <message>
      <source>What must be done</source>
      <translation>办理要求</translation>
    </message>
    <message>
      <source>What refers to it follows</source>
      <translation>引用它的内容随之改名</translation>
    </message>
    <message>
      <source>What the best sites cost</source>
      <translation>推荐地块的成本与通达</translation>
    </message>
    <message>
      <source>What to do</source>
      <translation>处理办法</translation>
    </message>
    <message>
      <source>What was found</source>
      <translation>查到的情况</translation>
    </message>
    <message>
      <source>What would comply</source>
      <translation>修改建议</translation>
    </message>
    <message>
      <source>When</source>
      <translation>时间</translation>
    </message>
    <message>
      <source>When a warning is raised</source>
      <translation>什么情况下预警</translation>
    </message>
    <message>
      <source>Where a workspace is open in the window, or given by WORKSPACE, the run is kept there as the next round of the review case CASE: verdicts, findings, rules, and every input with its SHA-256 (see comparerounds).</source>
      <translation>窗口中已打开工作空间，或以 WORKSPACE 指定时，本次运行会固化为审查件 CASE 的下一轮：结论、问题图斑、规则以及每个输入数据的 SHA-256（参见 comparerounds）。</translation>
    </message>
    <message>
      <source>Who</source>
      <translation>操作人</translation>
    </message>
    <message>
      <source>Who does it (empty: the account)</source>
      <translation>操作人（留空为当前账户）</translation>
    </message>
    <message>
      <source>Whole extent</source>
      <translation>全部范围</translation>
    </message>
    <message>
      <source>Whole number (Int)</source>
      <translation>整数（Int）</translation>
    </message>
    <message>
      <source>Why</source>
      <translation>原因</translation>
    </message>
    <message>
      <source>Why it is proposed</source>
      <translation>推荐理由</translation>
    </message>
    <message>
      <source>Why it was not checked</source>
      <translation>未检查的原因</translation>
    </message>
    <message>
      <source>Why not graded</source>
      <translation>不参评原因</translation>
    </message>
    <message>
      <source>Why not here?</source>
      <translation>此处为何不行？</translation>
    </message>
    <message>
      <source>Why not matched</source>
      <translation>未匹配原因</translation>
    </message>
    <message>
      <source>Width of a view to a point [m]</source>
      <translation>点目标的视线宽度 [m]</translation>
    </message>
    <message>
      <source>Width of the buffer on each side</source>
      <translation>缓冲区单侧宽度</translation>
    </message>
    <message>
      <source>With area</source>
      <translation>带面积图层</translation>
    </message>
    <message>
      <source>Withdraw the acceptance</source>
      <translation>撤回采信</translation>
    </message>
    <message>
      <source>Within [m]</source>
      <translation>范围（米）</translation>
    </message>
    <message>
      <source>Without a connection to the platform, records are carried on a drive: pack a bag, deliver it to the platform, and import the receipt that comes back. Records stay in the outbox until their receipt is imported.</source>
      <translation>不能联网时，记录用U盘报送：先打包，送交平台，再接收带回的回执。收到回执之前，记录一直保留在待发送队列中。</translation>
    </message>
    <message>
      <source>Without a polygon</source>
      <translation>无图形</translation>
    </message>
    <message>
      <source>Word reports (.docx); Excel, PDF and HTML still work</source>
      <translation>Word 报告（.docx）；Excel、PDF、HTML 不受影响</translation>
    </message>
    <message>
      <source>Word template of reports</source>
      <translation>报告的 Word 模板</translation>
    </message>
    <message>
      <source>Word template of the report (.docx)</source>
      <translation>报告的 Word 模板（.docx）</translation>
    </message>
    <message>
      <source>Word, Excel, HTML or PDF</source>
      <translation>Word、Excel、HTML 或 PDF</translation>
    </message>
    <message>
      <source>Workbook</source>
      <translation>工作簿</translation>
    </message>
    <message>
      <source>Workbooks not returned</source>
      <translation>未返回的工作簿</translation>
    </message>
    <message>
      <source>Workbooks returned</source>
      <translation>返回的工作簿</translation>
    </message>
    <message>
      <source>Workbooks written</source>
      <translation>写出的工作簿</translation>
    </message>
    <message>
      <source>Working on the workbooks…</source>
      <translation>正在处理工作簿…</translation>
    </message>
    <message>
      <source>Workspace</source>
      <translation>工作空间</translation>
    </message>
    <message>
      <source>Workspace of the case (empty: the one that is open)</source>
      <translation>审查件所在工作空间（留空则用当前打开的）</translation>
    </message>
    <message>
      <source>Workspace that keeps the decisions</source>
      <translation>保存决定的工作空间</translation>
    </message>
    <message>
      <source>Workspace whose cases depend on the layers</source>
      <translation>引用这些图层的工作空间</translation>
    </message>
    <message>
      <source>Workspace {0}: every check of control lines is kept as a round.</source>
      <translation>工作空间 {0}：每次控制线检查都会自动保存为一轮。</translation>
    </message>
    <message>
      <source>Write an anchor of the audit chain…</source>
      <translation>写出审计链锚点…</translation>
    </message>
    <message>
      <source>Write targets as year=value, separated by semicolons: {0}</source>
      <translation>目标应写成“年份=数值”，以分号分隔：{0}</translation>
    </message>
    <message>
      <source>Write the report in this format too</source>
      <translation>同时输出这种格式的报告</translation>
    </message>
    <message>
      <source>Writes one workbook for every township (LEVEL=town) or county (LEVEL=county) of the workspace's dictionary, named by division and period, prefilled with the records of the period and a row for everything that is due. mergeworkbooks takes the returned books back.
Example: tools/process run onemap:distributeworkbooks --FORM=plan_progress --WORKSPACE=county.gpkg --LEVEL=town --FOLDER=out</source>
      <translation>为工作空间区划字典中的每个乡镇（LEVEL=town）或每个县（LEVEL=county）写出一本工作簿，文件名为行政区加填报期，预填本期记录，并为每个应报未报的对象预留一行。收回后用 mergeworkbooks 汇总。
示例：tools/process run onemap:distributeworkbooks --FORM=plan_progress --WORKSPACE=county.gpkg --LEVEL=town --FOLDER=out</translation>
    </message>
    <message>
      <source>Writes polygons as boundary-point TXT (勘测定界界址点坐标): X is north, Y is east with the zone number, areas in hectares. A layer made by importparceltxt is written with the very points, head fields and columns it was read from; a polygon that was edited since gets new points.
Example: tools/process run onemap:exportparceltxt --INPUT=parcels.gpkg --KEY_FIELD=XMBH --OUTPUT=parcels.txt</source>
      <translation>将面写成勘测定界界址点坐标 TXT：X 为北，Y 为东并含带号，面积单位公顷。由 importparceltxt 读入的图层按原文写回界址点、地块行各项和附加列；读入后改动过的图形重新生成界址点。
示例：tools/process run onemap:exportparceltxt --INPUT=parcels.gpkg --KEY_FIELD=XMBH --OUTPUT=parcels.txt</translation>
    </message>
    <message>
      <source>Writes the records of a form, or its empty template, as .xlsx: drop-downs from the code lists, units, a frozen and protected head, codes as text, instructions on the second sheet. importworkbook reads it back without loss; the hidden last column tells which record a row belongs to.
Example: tools/process run onemap:exportworkbook --FORM=plan_progress --WORKSPACE=county.gpkg --WORKBOOK=progress.xlsx</source>
      <translation>将表单记录或空白模板导出为 .xlsx：代码项为下拉列表，标明计量单位，表头冻结并受保护，代码列为文本格式，第二张工作表为填写说明。importworkbook 可无损读回；最后一列（隐藏）标明每行对应的记录。
示例：tools/process run onemap:exportworkbook --FORM=plan_progress --WORKSPACE=county.gpkg --WORKBOOK=progress.xlsx</translation>
    </message>
    <message>
      <source>Writes the report of a review case that is kept in a workspace: the results of its rounds, what changed from round to round, opinions and signatures, accepted findings, the inputs with their SHA-256 and the rows of the audit chain. REPORT takes .docx, .xlsx, .pdf or .html, several separated by ";".
Example: tools/process run onemap:casereport --WORKSPACE=county.gpkg --CASE=projects --REPORT=case.docx</source>
      <translation>生成工作空间中某个审查件的报告：各轮结果、逐轮变化、意见与签署、采信的问题图斑、输入数据及其 SHA-256、审计链中的有关记录。REPORT 支持 .docx、.xlsx、.pdf、.html，多个以“;”分隔。
示例：tools/process run onemap:casereport --WORKSPACE=county.gpkg --CASE=projects --REPORT=case.docx</translation>
    </message>
    <message>
      <source>Writes the rules that are in effect, the national set with the province's file over it, as an Excel table: one row for each rule, drop-down lists, laws by name. importrules makes a province's rule file of it.
Example: tools/process run onemap:exportrules --RULES=province.yaml --WORKBOOK=rules.xlsx</source>
      <translation>把生效的规则（国家底版叠加省级文件）导出为 Excel 表：每行一条规则，下拉选择，依据用法规名称。importrules 再由它生成省级规则文件。
示例：tools/process run onemap:exportrules --RULES=province.yaml --WORKBOOK=rules.xlsx</translation>
    </message>
    <message>
      <source>Writing the report</source>
      <translation>正在生成报告</translation>
    </message>
    <message>
      <source>Writing the weekly report</source>
      <translation>正在写周报</translation>
    </message>
    <message>
      <source>Writing {0}</source>
      <translation>正在写出 {0}</translation>
    </message>
    <message>
      <source>Written: {0}</source>
      <translation>已生成：{0}</translation>
    </message>
    <message>
      <source>YEARS is a list of years such as 2023,2024,2025</source>
      <translation>YEARS 应为年份列表，如 2023,2024,2025</translation>
    </message>
    <message>
      <source>Year</source>
      <translation>年份</translation>
    </message>
    <message>
      <source>Yearly maintenance</source>
      <translation>年度动态维护</translation>
    </message>
    <message>
      <source>Years</source>
      <translation>逐年</translation>
    </message>
    <message>
      <source>Years, separated by commas (empty: those of the layers)</source>
      <translation>年份，以逗号分隔（空：按图层的年份）</translation>
    </message>
    <message>
      <source>Yellow: old or incomplete data</source>
      <translation>黄色：数据陈旧或不全</translation>
    </message>
    <message>
      <source>Yes</source>
      <translation>是</translation>
    </message>
    <message>
      <source>You changed this record; on the platform it was deleted meanwhile.</source>
      <translation>您修改了该记录，而平台上已将其删除。</translation>
    </message>
    <message>
      <source>You deleted this record; on the platform it was changed meanwhile.</source>
      <translation>您删除了该记录，而平台上已将其修改。</translation>
    </message>
    <message>
      <source>Zones count to the highest point</source>
      <translation>分区限高计至最高点</translation>
    </message>
    <message>
      <source>Zoom to</source>
      <translation>定位</translation>
    </message>
    <message>
      <source>_marked</source>
      <translation>_错误标记</translation>
    </message>
    <message>
      <source>a new record</source>
      <translation>作为新记录</translation>
    </message>
    <message>
      <source>about {0} left</source>
      <translation>约剩 {0}</translation>
    </message>
    <message>
      <source>acknowledged before, now missing: the platform was probably restored from a backup</source>
      <translation>平台曾经确认，现在没有：平台可能从备份恢复过</translation>
    </message>
    <message>
      <source>age1… from the platform's office; empty: the bag is signed only</source>
      <translation>由平台管理单位提供，以 age1 开头；不填则只签名</translation>
    </message>
    <message>
      <source>answered</source>
      <translation>已收到回执</translation>
    </message>
    <message>
      <source>as the specification says</source>
      <translation>按规范</translation>
    </message>
    <message>
      <source>brought back</source>
      <translation>恢复</translation>
    </message>
    <message>
      <source>by a title that was cut short</source>
      <translation>按被截断的中文名称</translation>
    </message>
    <message>
      <source>by initials of the pinyin</source>
      <translation>按拼音首字母</translation>
    </message>
    <message>
      <source>by name</source>
      <translation>按字段名</translation>
    </message>
    <message>
      <source>by title</source>
      <translation>按中文名称</translation>
    </message>
    <message>
      <source>by values</source>
      <translation>按取值</translation>
    </message>
    <message>
      <source>cannot be read, will be requested again</source>
      <translation>无法读取，下次再取</translation>
    </message>
    <message>
      <source>cannot start, {0} is missing</source>
      <translation>不能启动，缺少 {0}</translation>
    </message>
    <message>
      <source>carries the record id of {0}</source>
      <translation>带有“{0}”的记录标识</translation>
    </message>
    <message>
      <source>changed by another program</source>
      <translation>被其他程序改动</translation>
    </message>
    <message>
      <source>changed here and there; merged, or asked about</source>
      <translation>两边都改过；自动合并或请您裁定</translation>
    </message>
    <message>
      <source>changed on the platform</source>
      <translation>平台上修改</translation>
    </message>
    <message>
      <source>chosen</source>
      <translation>人工选定</translation>
    </message>
    <message>
      <source>code, or part of the name</source>
      <translation>输入代码或名称的一部分</translation>
    </message>
    <message>
      <source>computed</source>
      <translation>由系统计算</translation>
    </message>
    <message>
      <source>coordinate system?</source>
      <translation>坐标系？</translation>
    </message>
    <message>
      <source>day of: {0}</source>
      <translation>日期 → {0}</translation>
    </message>
    <message>
      <source>deleted on the platform</source>
      <translation>平台上已删除</translation>
    </message>
    <message>
      <source>deleted on the platform, edited here and not sent</source>
      <translation>平台上已删除，本机有未发送的修改</translation>
    </message>
    <message>
      <source>deleted on the platform; many are asked about first</source>
      <translation>平台上已删除；数量较多时先询问</translation>
    </message>
    <message>
      <source>every </source>
      <translation>每 </translation>
    </message>
    <message>
      <source>example: {0}</source>
      <translation>例：{0}</translation>
    </message>
    <message>
      <source>fails</source>
      <translation>不通过</translation>
    </message>
    <message>
      <source>field name</source>
      <translation>字段名</translation>
    </message>
    <message>
      <source>field of the layer</source>
      <translation>图层字段</translation>
    </message>
    <message>
      <source>field of the specification</source>
      <translation>规范字段</translation>
    </message>
    <message>
      <source>first in rank</source>
      <translation>名次第一</translation>
    </message>
    <message>
      <source>fixed value</source>
      <translation>固定值</translation>
    </message>
    <message>
      <source>from the data</source>
      <translation>按数据</translation>
    </message>
    <message>
      <source>ha</source>
      <translation>公顷</translation>
    </message>
    <message>
      <source>hidden or filtered</source>
      <translation>隐藏或被筛选</translation>
    </message>
    <message>
      <source>included in full</source>
      <translation>完整装入汇交包</translation>
    </message>
    <message>
      <source>included masked (张**), or left out where they cannot be masked</source>
      <translation>隐去部分后装入（张**），不能隐去的不装入</translation>
    </message>
    <message>
      <source>its values</source>
      <translation>列中取值</translation>
    </message>
    <message>
      <source>kept mapping</source>
      <translation>已保存的方案</translation>
    </message>
    <message>
      <source>largest</source>
      <translation>最大值</translation>
    </message>
    <message>
      <source>late</source>
      <translation>已逾期</translation>
    </message>
    <message>
      <source>leave it out</source>
      <translation>不导入</translation>
    </message>
    <message>
      <source>loaded or compared completely</source>
      <translation>全部加载或比对</translation>
    </message>
    <message>
      <source>marked</source>
      <translation>标记副本</translation>
    </message>
    <message>
      <source>mean</source>
      <translation>平均值</translation>
    </message>
    <message>
      <source>met</source>
      <translation>满足</translation>
    </message>
    <message>
      <source>missing</source>
      <translation>缺少</translation>
    </message>
    <message>
      <source>most demand within reach</source>
      <translation>服务半径内需求量最大</translation>
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
      <source>name of the code</source>
      <translation>由代码得名称</translation>
    </message>
    <message>
      <source>name, for {0}</source>
      <translation>名称 → {0}</translation>
    </message>
    <message>
      <source>never reported</source>
      <translation>从未填报</translation>
    </message>
    <message>
      <source>new on the platform</source>
      <translation>平台上新增</translation>
    </message>
    <message>
      <source>new or changed on the platform</source>
      <translation>平台上新增或改过</translation>
    </message>
    <message>
      <source>no database</source>
      <translation>不写入数据库</translation>
    </message>
    <message>
      <source>none</source>
      <translation>无</translation>
    </message>
    <message>
      <source>none: links to any other host are refused</source>
      <translation>无：指向其他主机的链接一律拒绝</translation>
    </message>
    <message>
      <source>none: the platform keeps the interface contract</source>
      <translation>无：平台遵循接口约定</translation>
    </message>
    <message>
      <source>not evaluated</source>
      <translation>未评价</translation>
    </message>
    <message>
      <source>not evaluated: {0}</source>
      <translation>未评价：{0}</translation>
    </message>
    <message>
      <source>not in the platform's list, which proves nothing</source>
      <translation>平台清单中没有，不能证明已删除</translation>
    </message>
    <message>
      <source>not known</source>
      <translation>未指定</translation>
    </message>
    <message>
      <source>not met</source>
      <translation>不满足</translation>
    </message>
    <message>
      <source>not passed</source>
      <translation>未通过</translation>
    </message>
    <message>
      <source>not returned</source>
      <translation>未返回</translation>
    </message>
    <message>
      <source>not surpassed in both</source>
      <translation>两项均未被超过</translation>
    </message>
    <message>
      <source>note</source>
      <translation>附注行</translation>
    </message>
    <message>
      <source>other name</source>
      <translation>常用别名</translation>
    </message>
    <message>
      <source>own, not checked</source>
      <translation>本单位，待核</translation>
    </message>
    <message>
      <source>packed, no receipt yet</source>
      <translation>已打包，未收到回执</translation>
    </message>
    <message>
      <source>passed</source>
      <translation>通过</translation>
    </message>
    <message>
      <source>passed as far as it was checked</source>
      <translation>已检查的部分通过</translation>
    </message>
    <message>
      <source>passes</source>
      <translation>通过</translation>
    </message>
    <message>
      <source>pasted</source>
      <translation>粘贴内容</translation>
    </message>
    <message>
      <source>place: easting or longitude</source>
      <translation>位置：东坐标或经度</translation>
    </message>
    <message>
      <source>place: northing or latitude</source>
      <translation>位置：北坐标或纬度</translation>
    </message>
    <message>
      <source>please look</source>
      <translation>请核对</translation>
    </message>
    <message>
      <source>reached {0} / time {1}</source>
      <translation>已完成 {0}／时间 {1}</translation>
    </message>
    <message>
      <source>received {0}</source>
      <translation>接收 {0} 条</translation>
    </message>
    <message>
      <source>reference prices (to be confirmed)</source>
      <translation>随附参考价（待核）</translation>
    </message>
    <message>
      <source>refused</source>
      <translation>拒绝</translation>
    </message>
    <message>
      <source>rename the record</source>
      <translation>给原记录改名</translation>
    </message>
    <message>
      <source>repeated head</source>
      <translation>重复表头</translation>
    </message>
    <message>
      <source>result layer</source>
      <translation>结果图层</translation>
    </message>
    <message>
      <source>returned</source>
      <translation>返回情况</translation>
    </message>
    <message>
      <source>rigid</source>
      <translation>刚性</translation>
    </message>
    <message>
      <source>same title</source>
      <translation>列名相同</translation>
    </message>
    <message>
      <source>see the marked copy</source>
      <translation>见标记副本</translation>
    </message>
    <message>
      <source>sent {0}</source>
      <translation>发送 {0} 条</translation>
    </message>
    <message>
      <source>sent {0}, received {1}</source>
      <translation>上行 {0}，下行 {1}</translation>
    </message>
    <message>
      <source>shortest total distance</source>
      <translation>总出行距离最短</translation>
    </message>
    <message>
      <source>soft</source>
      <translation>弹性</translation>
    </message>
    <message>
      <source>stay here</source>
      <translation>不装入，留在本机</translation>
    </message>
    <message>
      <source>taken in</source>
      <translation>入库</translation>
    </message>
    <message>
      <source>the criteria are the same</source>
      <translation>条件相同</translation>
    </message>
    <message>
      <source>the package's own</source>
      <translation>成果包自身的</translation>
    </message>
    <message>
      <source>the platform went back to an older version</source>
      <translation>平台退回到旧版本</translation>
    </message>
    <message>
      <source>the record it names</source>
      <translation>更新它所写的记录</translation>
    </message>
    <message>
      <source>the workbook's</source>
      <translation>取表中值</translation>
    </message>
    <message>
      <source>to be verified</source>
      <translation>待核</translation>
    </message>
    <message>
      <source>total</source>
      <translation>合计行</translation>
    </message>
    <message>
      <source>unit?</source>
      <translation>单位？</translation>
    </message>
    <message>
      <source>unknown</source>
      <translation>不详</translation>
    </message>
    <message>
      <source>unknown reason</source>
      <translation>原因不明</translation>
    </message>
    <message>
      <source>until {0}</source>
      <translation>至 {0}</translation>
    </message>
    <message>
      <source>used {0} / time {1}</source>
      <translation>已用 {0}／时间 {1}</translation>
    </message>
    <message>
      <source>value</source>
      <translation>值</translation>
    </message>
    <message>
      <source>verified</source>
      <translation>已核对</translation>
    </message>
    <message>
      <source>warns</source>
      <translation>提示</translation>
    </message>
    <message>
      <source>what is here</source>
      <translation>保留本机值</translation>
    </message>
    <message>
      <source>works ({0})</source>
      <translation>可用（{0}）</translation>
    </message>
    <message>
      <source>your choice</source>
      <translation>您的选择</translation>
    </message>
    <message>
      <source>{0} % similar</source>
      <translation>相似度 {0}%</translation>
    </message>
    <message>
      <source>{0} (central meridian {1}°)</source>
      <translation>{0}（中央经线{1}°）</translation>
    </message>
    <message>
      <source>{0} (not verified)</source>
      <translation>{0}（未核对）</translation>
    </message>
    <message>
      <source>{0} (proposal)</source>
      <translation>{0}（建议稿）</translation>
    </message>
    <message>
      <source>{0} ({1} has no field {2})</source>
      <translation>{0}（图层 {1} 没有字段 {2}）</translation>
    </message>
    <message>
      <source>{0} ({1} points)</source>
      <translation>{0}（{1} 分）</translation>
    </message>
    <message>
      <source>{0} ({1} records are still waiting, nothing is lost)</source>
      <translation>{0}（仍有 {1} 条待发送，数据没有丢失）</translation>
    </message>
    <message>
      <source>{0} ({1} rounds)</source>
      <translation>{0}（{1}轮）</translation>
    </message>
    <message>
      <source>{0} ({1} rows)</source>
      <translation>{0}（{1} 行）</translation>
    </message>
    <message>
      <source>{0} ({1})</source>
      <translation>{0}（{1}）</translation>
    </message>
    <message>
      <source>{0} = {1} ({2} features, {3})</source>
      <translation>{0} = {1}（{2} 个要素，{3} 年）</translation>
    </message>
    <message>
      <source>{0} acceptances are not carried over: the geometry changed or the finding is gone.</source>
      <translation>{0} 项采信未沿用：图形已变化或图斑已不存在。</translation>
    </message>
    <message>
      <source>{0} acceptances are not carried over: the project is not in this round.</source>
      <translation>{0} 项采信未沿用：本轮没有该项目。</translation>
    </message>
    <message>
      <source>{0} acceptances are not carried over: the rule changed.</source>
      <translation>{0} 项采信未沿用：规则已变化。</translation>
    </message>
    <message>
      <source>{0} acceptances have expired and are not carried over.</source>
      <translation>{0} 项采信已过有效期，未沿用。</translation>
    </message>
    <message>
      <source>{0} acceptances have expired and no longer count.</source>
      <translation>有 {0} 项采信已过有效期，不再计入。</translation>
    </message>
    <message>
      <source>{0} accepted findings are carried over from the round before.</source>
      <translation>沿用上一轮已采信的问题图斑 {0} 个。</translation>
    </message>
    <message>
      <source>{0} against {1}:</source>
      <translation>“{0}”与“{1}”相比：</translation>
    </message>
    <message>
      <source>{0} and {1}</source>
      <translation>{0}和{1}（拆分）</translation>
    </message>
    <message>
      <source>{0} begins with http: login and records travel readable for everybody on the way. Ask the platform's office for an https address.

Use it all the same? You are asked only once for this address.</source>
      <translation>{0} 以 http 开头：登录凭据和记录在途中可被他人读取。请向平台管理单位索取 https 地址。

仍要使用吗？对此地址只询问这一次。</translation>
    </message>
    <message>
      <source>{0} being read</source>
      <translation>{0} 正在读取</translation>
    </message>
    <message>
      <source>{0} being verified</source>
      <translation>{0} 正在核对</translation>
    </message>
    <message>
      <source>{0} camera(s) were saved in the layout "Views of the design in 3D" and as bookmarks. Parts above a limit are red.</source>
      <translation>已保存 {0} 个相机（版面“方案三维视图”）和书签，超出部分为红色。</translation>
    </message>
    <message>
      <source>{0} conflicts to decide</source>
      <translation>待裁定冲突 {0} 条</translation>
    </message>
    <message>
      <source>{0} control lines are on the map; the check uses them.</source>
      <translation>已将 {0} 类控制线加入地图，可直接用于审查。</translation>
    </message>
    <message>
      <source>{0} control lines were not checked.</source>
      <translation>有 {0} 条控制线未检查。</translation>
    </message>
    <message>
      <source>{0} could not be read and will be requested again</source>
      <translation>{0} 条无法读取，下次再取</translation>
    </message>
    <message>
      <source>{0} could not be read: {1}</source>
      <translation>{0}读取失败：{1}</translation>
    </message>
    <message>
      <source>{0} decisions were kept in the workspace.</source>
      <translation>已在工作空间中保存 {0} 条决定。</translation>
    </message>
    <message>
      <source>{0} division codes were imported.</source>
      <translation>已导入 {0} 个行政区代码。</translation>
    </message>
    <message>
      <source>{0} divisions were coloured.</source>
      <translation>已为{0}个行政区着色。</translation>
    </message>
    <message>
      <source>{0} entries have unsaved input.</source>
      <translation>有 {0} 条填报内容尚未保存。</translation>
    </message>
    <message>
      <source>{0} findings accepted, {1} of the acceptances expired.</source>
      <translation>已采信图斑 {0} 个，另有 {1} 项采信已过期。</translation>
    </message>
    <message>
      <source>{0} findings are counted apart; the computed verdict does not change.</source>
      <translation>选中的 {0} 个图斑采信后单独计数，不改变系统计算的结论。</translation>
    </message>
    <message>
      <source>{0} findings are on the map.</source>
      <translation>已将 {0} 个问题图斑加入地图。</translation>
    </message>
    <message>
      <source>{0} fit</source>
      <translation>符合 {0} 处</translation>
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
      <source>{0} h</source>
      <translation>{0} 小时</translation>
    </message>
    <message>
      <source>{0} indicators: {1}</source>
      <translation>{0} 项指标：{1}</translation>
    </message>
    <message>
      <source>{0} is not in its place any more. Nothing can be saved until it is there again.</source>
      <translation>{0}已不在原处，放回之前不能保存。</translation>
    </message>
    <message>
      <source>{0} is signed by {1}.</source>
      <translation>{0}已由{1}签署。</translation>
    </message>
    <message>
      <source>{0} items not checked, or only in part: unchecked does not mean passed.</source>
      <translation>有 {0} 项未检查或未全部检查，未检查不等于合格。</translation>
    </message>
    <message>
      <source>{0} layers were added.</source>
      <translation>已添加 {0} 个图层。</translation>
    </message>
    <message>
      <source>{0} layers were checked again, {1} had not changed.</source>
      <translation>重新检查 {0} 个图层，{1} 个图层未变化、沿用上次结果。</translation>
    </message>
    <message>
      <source>{0} layers were written into {1}.</source>
      <translation>已将 {0} 个图层写入 {1}。</translation>
    </message>
    <message>
      <source>{0} layers, version {1}. Confidence: {2}</source>
      <translation>共 {0} 个图层，版本 {1}。可信度：{2}</translation>
    </message>
    <message>
      <source>{0} merged automatically</source>
      <translation>自动合并 {0} 条</translation>
    </message>
    <message>
      <source>{0} min</source>
      <translation>{0} 分钟</translation>
    </message>
    <message>
      <source>{0} more</source>
      <translation>另有 {0} 条</translation>
    </message>
    <message>
      <source>{0} more differ from the chain</source>
      <translation>另有 {0} 处与审计链不一致</translation>
    </message>
    <message>
      <source>{0} more remark(s): see the page Remarks</source>
      <translation>另有 {0} 条，见“说明”页</translation>
    </message>
    <message>
      <source>{0} m² = {1} ha = {2} mu</source>
      <translation>{0} 平方米 = {1} 公顷 = {2} 亩</translation>
    </message>
    <message>
      <source>{0} m² before, {1} m² converted, {2} m² undecided, difference {3} m²</source>
      <translation>转换前 {0} 平方米，已转换 {1} 平方米，待定 {2} 平方米，相差 {3} 平方米</translation>
    </message>
    <message>
      <source>{0} not evaluated.</source>
      <translation>{0} 项未评价。</translation>
    </message>
    <message>
      <source>{0} not on the platform, to decide</source>
      <translation>平台上没有的 {0} 条待处理</translation>
    </message>
    <message>
      <source>{0} not sent ({1})</source>
      <translation>{0} 条没有送出（{1}）</translation>
    </message>
    <message>
      <source>{0} numbers given to several records, ask the platform's office</source>
      <translation>{0} 个编号重复，请向平台核实</translation>
    </message>
    <message>
      <source>{0} of {1}</source>
      <translation>{0} / {1}</translation>
    </message>
    <message>
      <source>{0} of {1} candidates fit.</source>
      <translation>{1} 个候选地块中有 {0} 个符合条件。</translation>
    </message>
    <message>
      <source>{0} of {1} candidates remain, {2} of {3} mu.</source>
      <translation>候选地块 {1} 个，剩余 {0} 个；{3} 亩中剩余 {2} 亩。</translation>
    </message>
    <message>
      <source>{0} of {1} control lines checked</source>
      <translation>已核查 {0} / {1} 类控制线</translation>
    </message>
    <message>
      <source>{0} of {1} fields have a source; {2} fields of the layer are not mapped; {3} values do not fit.</source>
      <translation>{1} 个字段中有 {0} 个有来源；图层有 {2} 个字段没有去处；{3} 个值不符合要求。</translation>
    </message>
    <message>
      <source>{0} of {1} records</source>
      <translation>{0} / {1} 条</translation>
    </message>
    <message>
      <source>{0} of {1} records may be submitted. A rigid item that fails stops a record; warnings do not.</source>
      <translation>{1} 条记录中有 {0} 条可以提交。刚性项不通过则不能提交，提示不影响提交。</translation>
    </message>
    <message>
      <source>{0} periods skipped</source>
      <translation>连续漏报 {0} 期</translation>
    </message>
    <message>
      <source>{0} photos were reduced in size, from {1} to {2}.</source>
      <translation>已缩小 {0} 张照片：{1} 变为 {2}。</translation>
    </message>
    <message>
      <source>{0} piece(s) below the tolerance, {1} m² together</source>
      <translation>低于容差的碎图斑 {0} 个，共 {1} 平方米</translation>
    </message>
    <message>
      <source>{0} points</source>
      <translation>{0} 分</translation>
    </message>
    <message>
      <source>{0} projects checked, the worst first.</source>
      <translation>共审查 {0} 个项目，按结论从重到轻排列。</translation>
    </message>
    <message>
      <source>{0} projects not checked are clear of every line that was checked.</source>
      <translation>未检查的项目中，{0} 个在已检查的各条控制线上均未涉及。</translation>
    </message>
    <message>
      <source>{0} projects, {1} counted from stage {2}</source>
      <translation>项目 {0} 个，已达“{2}”及以后 {1} 个</translation>
    </message>
    <message>
      <source>{0} projects: a control feature near them could not be read.</source>
      <translation>{0} 个项目附近有未能读取的数据，结论未定。</translation>
    </message>
    <message>
      <source>{0} projects: {1} not compliant, {2} conditional, {3} could not be read, {4} not involved, {5} with lines not checked.</source>
      <translation>共 {0} 个项目：不符合 {1} 个，有条件 {2} 个，读取失败 {3} 个，未涉及 {4} 个，有控制线未检查 {5} 个。</translation>
    </message>
    <message>
      <source>{0} reason(s) against a site here.</source>
      <translation>此处有 {0} 条不可选址的理由。</translation>
    </message>
    <message>
      <source>{0} records</source>
      <translation>{0} 条</translation>
    </message>
    <message>
      <source>{0} records are due, the first by {1}.</source>
      <translation>有{0}条记录待报，最早截止{1}。</translation>
    </message>
    <message>
      <source>{0} records were computed, {1} of them changed.</source>
      <translation>已计算 {0} 条记录，其中 {1} 条有变化。</translation>
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
      <source>{0} records were packed into {1}.</source>
      <translation>已将 {0} 条记录打入 {1}。</translation>
    </message>
    <message>
      <source>{0} records were restored; {1} were changed here since and left unchanged.</source>
      <translation>{0} 条记录已恢复；{1} 条此后在本机改过，未动。</translation>
    </message>
    <message>
      <source>{0} records, {1} selected</source>
      <translation>共{0}条，选中{1}条</translation>
    </message>
    <message>
      <source>{0} records/s</source>
      <translation>{0} 条/秒</translation>
    </message>
    <message>
      <source>{0} refused by the platform</source>
      <translation>平台未接收 {0} 条</translation>
    </message>
    <message>
      <source>{0} remark(s) on the inputs</source>
      <translation>输入数据有 {0} 条提示</translation>
    </message>
    <message>
      <source>{0} returned for correction</source>
      <translation>退回待改 {0} 条</translation>
    </message>
    <message>
      <source>{0} review report.docx</source>
      <translation>{0}审查件报告.docx</translation>
    </message>
    <message>
      <source>{0} rows are in database {1}, schema {2}</source>
      <translation>数据库“{1}”的模式“{2}”中已有 {0} 行</translation>
    </message>
    <message>
      <source>{0} rows are in the database</source>
      <translation>已写入数据库 {0} 行</translation>
    </message>
    <message>
      <source>{0} rows read ({1} new, {2} changed, {3} unchanged), {4} with errors</source>
      <translation>入库 {0} 行（新增 {1}，更新 {2}，未变 {3}），有错误 {4} 行</translation>
    </message>
    <message>
      <source>{0} rows written to {1}</source>
      <translation>已导出 {0} 行到 {1}</translation>
    </message>
    <message>
      <source>{0} rules differ from the national set; written to {1}</source>
      <translation>与国家底版不同的规则 {0} 条，已写入 {1}</translation>
    </message>
    <message>
      <source>{0} rules written to {1}</source>
      <translation>已写出 {0} 条规则：{1}</translation>
    </message>
    <message>
      <source>{0} s</source>
      <translation>{0} 秒</translation>
    </message>
    <message>
      <source>{0} scenarios are kept; clear them to keep others.</source>
      <translation>已保留 {0} 个情景；清空后可保留其他情景。</translation>
    </message>
    <message>
      <source>{0} sent, file pending</source>
      <translation>{0} 条已发送、附件待传</translation>
    </message>
    <message>
      <source>{0} shown by the index, not verified</source>
      <translation>{0} 见于索引，尚未核对</translation>
    </message>
    <message>
      <source>{0} sites were found in {1} mu of free land (extent {2} mu).</source>
      <translation>在 {1} 亩可选土地中找到 {0} 处地块（范围 {2} 亩）。</translation>
    </message>
    <message>
      <source>{0} still waiting</source>
      <translation>仍待发送 {0} 条</translation>
    </message>
    <message>
      <source>{0} submitted or approved records were left unchanged.</source>
      <translation>有{0}条已提交或已批准的记录未作修改。</translation>
    </message>
    <message>
      <source>{0} tasks were kept in the workspace.</source>
      <translation>已把 {0} 条任务存入工作空间。</translation>
    </message>
    <message>
      <source>{0} to report, {1} not reported, {2} of these never.</source>
      <translation>应报 {0} 项，未报 {1} 项，其中从未填报 {2} 项。</translation>
    </message>
    <message>
      <source>{0} was replaced by another program. Close the editor and open the workspace again.</source>
      <translation>{0}已被其他程序替换。请关闭编辑窗口后重新打开工作空间。</translation>
    </message>
    <message>
      <source>{0} was replaced by another program: it was opened again and shows what is in it now.</source>
      <translation>{0}已被其他程序替换：已重新打开，显示的是文件现在的内容。</translation>
    </message>
    <message>
      <source>{0} was signed by {1}. The second signature must be another person's.</source>
      <translation>{0}已由{1}签署，第二次签署须由另一人完成。</translation>
    </message>
    <message>
      <source>{0} was taken {1} m from the location of this record. Check the photo or the location.</source>
      <translation>{0} 的拍摄位置距本记录位置 {1} 米，请核对照片或位置。</translation>
    </message>
    <message>
      <source>{0} workbooks returned, {1} not; {2} records new or changed, {3} in conflict, {4} rejected. {5}</source>
      <translation>返回 {0} 本，未返回 {1} 本；新增或修改 {2} 条，冲突 {3} 条，退回 {4}。详见 {5}</translation>
    </message>
    <message>
      <source>{0} workbooks were written to {1}</source>
      <translation>已写出 {0} 本工作簿：{1}</translation>
    </message>
    <message>
      <source>{0}, not usable</source>
      <translation>{0}，不可用</translation>
    </message>
    <message>
      <source>{0}, overdue</source>
      <translation>{0}，逾期</translation>
    </message>
    <message>
      <source>{0}, points</source>
      <translation>{0}（分）</translation>
    </message>
    <message>
      <source>{0}, recomputed, differs in {1} verdicts.</source>
      <translation>{0}重算结果有 {1} 条结论不同。</translation>
    </message>
    <message>
      <source>{0}, recomputed, is identical byte for byte.</source>
      <translation>{0}重算结果逐字节一致。</translation>
    </message>
    <message>
      <source>{0}, round {1}</source>
      <translation>{0}　第{1}轮</translation>
    </message>
    <message>
      <source>{0}, {1} m² = {2} mu.</source>
      <translation>{0}，{1} 平方米，合 {2} 亩。</translation>
    </message>
    <message>
      <source>{0}, {1}, number {2}</source>
      <translation>{0}，{1}，编号 {2}</translation>
    </message>
    <message>
      <source>{0}, {1}, task year {2}, plot {3}</source>
      <translation>{0}，{1}，任务年度 {2}，地块 {3}</translation>
    </message>
    <message>
      <source>{0}/1</source>
      <translation>{0}月</translation>
    </message>
    <message>
      <source>{0}/s</source>
      <translation>{0}/秒</translation>
    </message>
    <message>
      <source>{0}: "{1}" is no date. Write it as 2026-03-05.</source>
      <translation>{0}：“{1}”不是日期，请写成 2026-03-05 的形式。</translation>
    </message>
    <message>
      <source>{0}: "{1}" is no number in {2}. Write it as {3}.</source>
      <translation>{0}：“{1}”不是 {2} 的数值，请写成 {3} 的形式。</translation>
    </message>
    <message>
      <source>{0}: "{1}" is no number. Write it as {2}.</source>
      <translation>{0}：“{1}”不是数值，请写成 {2} 的形式。</translation>
    </message>
    <message>
      <source>{0}: edition {1} is in use.</source>
      <translation>{0}：现用版次 {1}。</translation>
    </message>
    <message>
      <source>{0}: findings</source>
      <translation>{0}：问题图斑</translation>
    </message>
    <message>
      <source>{0}: not evaluated ({1})</source>
      <translation>{0}：未评价（{1}）</translation>
    </message>
    <message>
      <source>{0}: part of the score</source>
      <translation>{0}：加权得分</translation>
    </message>
    <message>
      <source>{0}: projects</source>
      <translation>{0}：项目</translation>
    </message>
    <message>
      <source>{0}: removes {1} m² alone, {2} m² in its turn, {3} m² left</source>
      <translation>{0}：单独扣除 {1} 平方米，依次扣除 {2} 平方米，剩余 {3} 平方米</translation>
    </message>
    <message>
      <source>{0}: returned workbooks</source>
      <translation>{0}：返回工作簿汇总</translation>
    </message>
    <message>
      <source>{0}: roll-up</source>
      <translation>{0}汇总</translation>
    </message>
    <message>
      <source>{0}: round {1} against round {2}</source>
      <translation>{0}：第{1}轮与第{2}轮对比</translation>
    </message>
    <message>
      <source>{0}: score</source>
      <translation>{0}：得分</translation>
    </message>
    <message>
      <source>{0}: status</source>
      <translation>{0}：状态</translation>
    </message>
    <message>
      <source>{0}: version {1}, {2} features</source>
      <translation>{0}：第 {1} 版，{2} 个要素</translation>
    </message>
    <message>
      <source>{0}: version {1}, {2} features, {3} new, {4} gone, {5} as before</source>
      <translation>{0}：第 {1} 版，{2} 个要素，新增 {3}，移出 {4}，未变 {5}</translation>
    </message>
    <message>
      <source>{0}: what is due</source>
      <translation>{0}应报清单</translation>
    </message>
    <message>
      <source>{0}: {1}</source>
      <translation>{0}：{1}</translation>
    </message>
    <message>
      <source>{0}: {1} m, allowed {2} m ({3})</source>
      <translation>{0}：高 {1} 米，允许 {2} 米（{3}）</translation>
    </message>
    <message>
      <source>{0}: {1} new, {2} changed, {3} in conflict, {4} with errors</source>
      <translation>{0}：新增 {1}，修改 {2}，冲突 {3}，有错误 {4}</translation>
    </message>
    <message>
      <source>{0}: {1} parcels, {2} mu; still open {3} parcels, {4} mu; overdue {5}</source>
      <translation>{0}：{1} 宗，{2} 亩；未完成 {3} 宗，{4} 亩；逾期 {5} 宗</translation>
    </message>
    <message>
      <source>{0}: {1} records are due, the first by {2}.</source>
      <translation>{0}：有 {1} 条记录待报，最早截止 {2}。</translation>
    </message>
    <message>
      <source>{0}: {1} records were removed, {2} restored.</source>
      <translation>{0}：撤回新增 {1} 条，恢复原值 {2} 条。</translation>
    </message>
    <message>
      <source>{0}: {1} to report, {2} submitted, {3} not reported, {4} of these never.</source>
      <translation>{0}：应报 {1} 项，已提交 {2} 项，未报 {3} 项，其中从未填报 {4} 项。</translation>
    </message>
    <message>
      <source>{0}: {1} workbooks returned, {2} not; {3} records in conflict, {4} rows or workbooks rejected.</source>
      <translation>{0}：返回 {1} 本，未返回 {2} 本；冲突 {3} 条，退回 {4} 行（本）。</translation>
    </message>
    <message>
      <source>{0}; counted: {1}</source>
      <translation>{0}；统计口径：{1}</translation>
    </message>
    <message>
      <source>{0}° E, {1}° N</source>
      <translation>东经 {0}°，北纬 {1}°</translation>
    </message>
    <message>
      <source>{county}: for "{form}", period {period}, {count} reports are still open:</source>
      <translation>{county}“{form}”{period} 期尚有 {count} 项未报或未提交：</translation>
    </message>
    <message>
      <source>{count} periods skipped</source>
      <translation>连续漏报 {count} 期</translation>
    </message>
    <message>
      <source>{unit}{people}: {count}</source>
      <translation>{unit}{people}：{count} 项</translation>
    </message>
    <message>
      <source>λmax = {0}, CR = {1} (must be below {2})</source>
      <translation>λmax = {0}，CR = {1}（应小于 {2}）</translation>
    </message>
    <message>
      <source>… and {0} more</source>
      <translation>……另有 {0} 条</translation>
    </message>
    <message>
      <source>… and {0} more errors</source>
      <translation>……另有 {0} 处错误</translation>
    </message>
    <message>
      <source>← to be chosen</source>
      <translation>← 请选择</translation>
    </message>
    <message>
      <source>√ = {0}: {1}</source>
      <translation>打√ → {0}：{1}</translation>
    </message>
    <message>
      <source>≤: upper limit while the range moves; exact when the mouse rests.</source>
      <translation>≤ 为上限：拖动时重叠处可能重复计算，停下后给出精确值。</translation>
    </message>
    <message>
      <source>⚠ Layers with a new version since this round: {0}. Check again.</source>
      <translation>⚠ 本轮审查之后，以下图层有新版本：{0}。请重新审查。</translation>
    </message>
  </context>
</TS>
